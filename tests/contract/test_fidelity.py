"""The table of fidelity names only tests and exchanges that exist, and every exchange; and its tables are tables."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from interactor_emulator.variants import VARIANTS
from interactor_fixtures import exchanges

ROOT = Path(__file__).parents[2]
FIDELITY = ROOT / "fixtures" / "FIDELITY.md"
PAGES = [FIDELITY, ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def cells(line: str) -> list[str]:
    """The cells of a row; a bar with a backslash before it is text."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def tables(text: str) -> Iterator[list[str]]:
    """The lines of each table: lines that begin with a bar, without another line between them."""
    outside_code = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    for in_table, lines in groupby(outside_code.splitlines(), key=lambda line: line.startswith("|")):
        if in_table:
            yield list(lines)


ROWS = [cells(line) for table in tables(FIDELITY.read_text("utf-8")) for line in table[2:]]


def faults(text: str) -> Iterator[str]:
    """What would not be shown as a table: no line of dashes under the head, or rows of other lengths."""
    for head, *rows in tables(text):
        if not rows or not re.fullmatch(r"\|(:?-+:?\|)+", rows[0].replace(" ", "")):
            yield f"no table begins with {head}"
        yield from (f"{row} has not as many cells as {head}" for row in rows if len(cells(row)) != len(cells(head)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_is_shown_as_one(page: Path) -> None:
    assert list(faults(page.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |",
        "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
        "| a | b |\n|---|\n| 1 | 2 |",
        "| a |\n| 1 |",
        "| a |",
    ],
)
def test_a_table_that_is_none_is_found(text: str) -> None:
    assert list(faults(text)) != []


def test_a_bar_in_a_cell_is_none_between_cells() -> None:
    assert list(faults("| a | b |\n|---|:-:|\n| 1 \\| 2 | 3 |")) == []


def test_every_section_has_its_rules_in_one_table() -> None:
    for section in FIDELITY.read_text("utf-8").split("\n## "):
        assert len(list(tables(section))) <= 1, section.partition("\n")[0]


def test_every_row_has_a_mark_an_exchange_or_none_and_a_test() -> None:
    for row in ROWS:
        assert len(row) == 4, row
        assert re.fullmatch(r"[DPI](/[DPI])*", row[1]), row
        assert row[2] in ("–", *exchanges()), row


def test_every_row_names_a_test_that_exists() -> None:
    """A function, or a class of tests: a file alone does not say which of its tests shows the rule."""
    for row in ROWS:
        file, _, name = row[3].partition("::")
        assert (ROOT / file).is_file(), row
        assert re.fullmatch(r"(?:test_|Test)\w+", name), row
        assert re.search(rf"^(?:(?:async )?def|class) {name}\b|^{name} = ", (ROOT / file).read_text("utf-8"), re.M), row


def test_every_exchange_is_named() -> None:
    assert {row[2] for row in ROWS} - {"–"} == set(exchanges())


def test_every_variant_has_its_row_with_its_values_the_default_first() -> None:
    section = FIDELITY.read_text("utf-8").partition("## What could be otherwise")[2].partition("\n## ")[0]
    rows = [re.findall(r"`([^`]+)`", cells(line)[0].partition(";")[0]) for line in next(tables(section))[2:]]
    assert rows == [[name, *values] for name, values in VARIANTS.items()]
