"""Every rule has its mark, its exchanges and its test, and no exchange is without a rule; tables are tables."""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from interactor_emulator.contract import everywhere
from interactor_emulator.contract.exchanges import all_exchanges
from interactor_emulator.variants import VARIANTS
from interactor_fixtures import exchange, exchanges, rules
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
FIDELITY = ROOT / "fixtures" / "FIDELITY.md"
PAGES = [FIDELITY, ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


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


RULES = [rule for section in rules() for rule in section["rules"]]


def test_every_rule_has_an_id_of_its_own_and_a_mark() -> None:
    assert len({rule["id"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule["id"]), rule
        assert re.fullmatch(r"[DPI](/[DPI])*", rule["mark"]), rule


def test_every_rule_has_a_row_in_the_table_of_its_section() -> None:
    """The tables are written from `rules.json`: that they are up to date is looked at in `test_documents.py`."""
    headings = re.findall(r"^## (.+)$", FIDELITY.read_text("utf-8"), re.M)
    assert {section["section"] for section in rules()} <= set(headings)
    assert [row[0] for row in ROWS] == [rule["id"] for rule in RULES]


def test_every_rule_names_a_test_that_exists() -> None:
    """A function, or a class of tests: a file alone does not say which of its tests shows the rule."""
    for rule in RULES:
        file, _, name = rule["test"].partition("::")
        assert (ROOT / file).is_file(), rule
        assert re.fullmatch(r"(?:test_|Test)\w+", name), rule
        assert re.search(rf"^(?:(?:async )?def|class) {name}\b|^{name} = ", (ROOT / file).read_text("utf-8"), re.M), (
            rule
        )


def test_every_step_that_asks_the_api_names_rules_that_exist() -> None:
    known = {rule["id"] for rule in RULES}
    for each in all_exchanges("x"):
        for step in each.steps:
            ours = step.get("request", {}).get("path", "").startswith("/_emulator")
            assert bool(step.get("rules")) is not ours, (each.name, step)
            assert set(step.get("rules", ())) <= known, (each.name, step)


def test_every_rule_is_shown_by_an_exchange_or_says_why_not() -> None:
    shown = {rule for each in all_exchanges("x") for rule in each.rules} | set(everywhere.SHOWN) - {"json-text"}
    for rule in RULES:
        assert (rule["id"] in shown) is ("unshown" not in rule), rule


def test_every_variant_has_its_row_with_its_values_the_default_first() -> None:
    named = {
        rule["variant"]: re.findall(r"`([^`]+)`", rule["rule"].partition(";")[0]) for rule in RULES if "variant" in rule
    }
    assert named == {name: [name, *values] for name, values in VARIANTS.items()}


def test_every_variant_is_named_by_a_rule_that_it_changes() -> None:
    changed = {rule["variant"] for rule in RULES if "variant" in rule and not rule["id"].startswith("variant-")}
    assert changed == set(VARIANTS)


def test_every_exchange_is_as_the_schema_says() -> None:
    schema = json.loads((ROOT / "fixtures" / "interactor_fixtures" / "exchange.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    for name in exchanges():
        assert list(validator.iter_errors(exchange(name))) == [], name
    assert list(validator.iter_errors({**exchange("token"), "titel": "x"}))
