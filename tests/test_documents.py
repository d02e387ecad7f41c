"""The pages that are written from tables are as the tables are, and every page leads somewhere."""

import re
from pathlib import Path
from typing import get_args

import pytest
from interactor_emulator.faults.on_calls import CallEffect
from interactor_emulator.faults.rules import EFFECTS

from tests.documents import FIDELITY, PARTS, ROOT, WHOLE, wanted

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", [*WHOLE, *PARTS, FIDELITY])
def test_a_page_that_is_written_from_a_table_is_up_to_date(path: str) -> None:
    """Write them anew with `.venv/bin/python -m tests.documents`."""
    assert (ROOT / path).read_text("utf-8") == wanted(path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_project_that_is_named_exists(page: Path) -> None:
    """Pages that say which file to touch must not name one that has moved."""
    package = ROOT / "emulator" / "interactor_emulator"
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.py|\.js|\.md|/))`", page.read_text("utf-8"))
    for name in named:
        assert any((base / name).exists() for base in (ROOT, package, *(ROOT / "examples").iterdir())), name


@pytest.mark.parametrize("effect", EFFECTS)
def test_the_page_on_webhooks_names_every_fault_of_deliveries(effect: str) -> None:
    assert f"| `{effect}` |" in (ROOT / "docs" / "how-to" / "webhook-retries.md").read_text("utf-8")


@pytest.mark.parametrize("effect", get_args(CallEffect))
def test_the_page_on_the_network_names_every_fault_of_calls(effect: str) -> None:
    assert f"`{effect}`" in (ROOT / "docs" / "how-to" / "network-faults.md").read_text("utf-8")
