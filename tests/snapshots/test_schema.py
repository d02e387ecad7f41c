"""The published schema of snapshots: what is taken fits it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.snapshots.rich import emulator, fill

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "snapshot.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_what_is_taken_fits_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in VALIDATOR.iter_errors(fill(emulator()).snapshot())] == []


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"now_ms": "soon"},
        {"more": 1},
        {"instances": [{"id": "x"}]},
        {"deliveries": [{"status": "lost"}]},
    ],
)
def test_what_is_no_snapshot_does_not(change: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(kept := emulator().snapshot())
    assert not VALIDATOR.is_valid({**kept, **change})
