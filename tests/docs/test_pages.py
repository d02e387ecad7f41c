"""Every block of every page is done, and comes out as the page shows."""

from itertools import takewhile
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, blocks, files_before
from tests.docs.performing import Performance, is_as_shown

_OUTPUT = ("text", "json")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_shows(page: Path, tmp_path: Path) -> None:
    found = list(blocks(page))
    with Performance(tmp_path) as performance:
        for block in files_before(page):
            performance.write(block)
        for at, block in enumerate(found):
            if block.language not in _OUTPUT or block.file:
                following = takewhile(lambda each: each.language in _OUTPUT and not each.file, found[at + 1 :])
                performance.perform(block, [each.text for each in following])


def test_the_options_of_a_test_stand_in_a_command() -> None:
    """Who runs the file as it is otherwise run, or all files of the folder, sees another output."""
    for page in PAGES:
        for block in blocks(page):
            if block.is_test and block.options and page.stem != "guide":  # it has them for the project's own tests
                command = f"pytest {block.file} {block.options}"
                text = " ".join(page.read_text("utf-8").split())
                assert f"`{command}`" in text or f"$ {command} " in text, f"{page}:{block.line}: no {command}"


@pytest.mark.parametrize(
    ("printed", "shown", "same"),
    [
        ("a\nb\nc", "a\nb\nc", True),
        ("a\nb\nc", "a\n…\nc", True),
        ("a\nb\nc", "…\nc", True),
        ("a\nb\nc", "a\n…\nd", False),
        ("a\nb", "a", False),
        ("at 2026-01-20T12:00:00Z", "at 2027-01-20T12:00:00Z", True),
        ("inst_01m85y0zg237q8az91fqw9t6v4", "inst_01m85y0zg237q8az91fqw9t6v5", True),
    ],
)
def test_what_is_as_shown(printed: str, shown: str, same: bool) -> None:
    assert is_as_shown(printed, shown) is same


def test_blocks_are_found() -> None:
    """A page whose fences were not seen would pass whatever it shows."""
    assert (
        len(list(blocks(ROOT / "CONTRIBUTING.md"))) == (ROOT / "CONTRIBUTING.md").read_text("utf-8").count("\n```") // 2
    )
