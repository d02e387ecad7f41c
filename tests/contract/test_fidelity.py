"""The table of fidelity names only tests and exchanges that exist, and every exchange."""

import re
from pathlib import Path

from interactor_fixtures import exchanges

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "fixtures" / "FIDELITY.md").read_text().splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| rule"))
]


def test_every_row_has_a_mark_an_exchange_or_none_and_a_test() -> None:
    for row in ROWS:
        assert len(row) == 4, row
        assert re.fullmatch(r"[DPI](/[DPI])*", row[1]), row
        assert row[2] == "–" or row[2] in exchanges(), row


def test_every_test_that_is_named_exists() -> None:
    for row in ROWS:
        file, _, name = row[3].partition("::")
        assert (ROOT / file).is_file(), row
        assert not name or re.search(rf"^(def|class) {name}\b", (ROOT / file).read_text(), re.M), row


def test_every_exchange_is_named() -> None:
    assert {row[2] for row in ROWS} - {"–"} == set(exchanges())
