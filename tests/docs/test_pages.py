"""Every block of every page is done, and comes out as the page shows."""

from itertools import takewhile
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT, blocks, files_before
from tests.docs.performing import Performance
from tests.docs.shown import faults_of_tests, is_as_shown, not_printed

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


FAILED = """
>       assert 1 == 2
E       AssertionError: expected it to be completed in granted, but it is completed in refused
E         path: ask → refused
=========================== short test summary info ============================
FAILED test_x.py::test_b - AssertionError: expected it to be completed in granted...
=================== 1 failed, 2 passed, 1 warning in 0.12s ====================
"""


@pytest.mark.parametrize(
    ("shown", "faults"),
    [
        ("1 failed, 2 passed", 0),
        ("1 failed, 2 passed in 0.34s", 0),
        ("path: ask → refused\n1 failed, 2 passed", 0),
        ("E         path: ask → refused\n…\nshort test summary info\n2 passed, 1 failed", 0),
        ("FAILED test_x.py::test_b - …\n1 failed, 2 passed", 0),
        ("2 passed", 1),
        ("failed, 2 passed", 2),
        ("1 failed, 2 passed, 1 skipped", 1),
        ("path: ask → refused", 1),
        ("path: ask\n1 failed, 2 passed", 1),
        ("FAILED test_x.py::test_b\n1 failed, 2 passed", 1),
        ("path: ask → refused\nassert 1 == 2\n1 failed, 2 passed", 1),
    ],
)
def test_a_test_ends_as_shown_and_each_line_that_is_shown_is_a_whole_one(shown: str, faults: int) -> None:
    assert len(list(faults_of_tests(FAILED, [shown]))) == faults


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        ("$ npm test\n…\n# pass 15\n# fail 0", []),
        ("# pass 1", ["# pass 1"]),
        ("# fail 0\n# pass 15", ["# pass 15"]),
    ],
)
def test_what_a_console_shows_are_whole_lines_in_their_order(shown: str, missing: list[str]) -> None:
    assert not_printed("> test\n# tests 15\n# pass 15\n# fail 0\n", shown) == missing


def test_blocks_are_found() -> None:
    """A page whose fences were not seen would pass whatever it shows."""
    assert (
        len(list(blocks(ROOT / "CONTRIBUTING.md"))) == (ROOT / "CONTRIBUTING.md").read_text("utf-8").count("\n```") // 2
    )
