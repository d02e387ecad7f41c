"""The pages that are written from tables are as the tables are, and every page leads somewhere."""

import re
from pathlib import Path
from typing import get_args

import pytest
from interactor_emulator.faults.on_calls import CallEffect
from interactor_emulator.faults.rules import EFFECTS

from tests.docs.blocks import ALL_PAGES
from tests.docs.links import anchor_of, astray
from tests.documents import FIDELITY, PARTS, ROOT, WHOLE, wanted


@pytest.mark.parametrize("path", [*WHOLE, *PARTS, FIDELITY])
def test_a_page_that_is_written_from_a_table_is_up_to_date(path: str) -> None:
    """Write them anew with `.venv/bin/python -m tests.documents`."""
    assert (ROOT / path).read_text("utf-8") == wanted(path)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", ALL_PAGES, ids=named)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page: Path) -> None:
    assert astray(page) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "to.md").write_text(
        "# The `last` step: [what](x.md) it *is*\n\n## Twice\n\n## Twice\n\n```\n# In code\n```\n"
    )
    right = ["to.md", "to.md#the-last-step-what-it-is", "to.md#twice-1", "#here", "#größe", "https://x.org/y#z"]
    wrong = ["no.md", "no.md#x", "to.md#twice-2", "to.md#in-code", "#there"]
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n\n# Größe\n" + "".join(f"\n[a]({link})\n" for link in (*right, *wrong)) + "\n`[a](no.md)`\n"
    )
    assert astray(page) == wrong


@pytest.mark.parametrize(
    ("heading", "anchor"), [("`--format json`: Why?", "--format-json-why"), ("Größe & Maß", "größe--maß")]
)
def test_an_anchor_is_what_a_forge_makes_of_a_heading(heading: str, anchor: str) -> None:
    assert anchor_of(heading) == anchor


@pytest.mark.parametrize("page", ALL_PAGES, ids=named)
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
