"""Definitions as files: what may be in front of them, what is no JSON, and where everything stands."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.definition.paths import written
from interactor_emulator.definition.positions import Misread, Place, Positions
from interactor_emulator.definition.reading import value_of
from interactor_emulator.jsontext import NotJson, decode

from tests.workflows import terminal, workflow

DONE = workflow("done", {"end": terminal()})


def test_a_mark_in_front_of_a_file_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "done.json"
    file.write_text(json.dumps(DONE), "utf-8-sig")
    emulator = Emulator()
    emulator.load(file)
    assert emulator.start("done").state == "end"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"name": "x",\n "states": NaN}', "2:12: not valid JSON: NaN is no JSON value"),
        (b'{"name": [-Infinity]}', "1:11: not valid JSON: -Infinity is no JSON value"),
        (b'{"n": 1e400}', "1:7: not valid JSON: the number 1e400 is out of range"),
        (b'{"n": [1, -2e999]}', "1:11: not valid JSON: the number -2e999 is out of range"),
        (b"[" + b"1" * 5000 + b"]", "1:2: not valid JSON: a number has too many digits"),
        (b'{"states": {"a": 1,\n  "a": 2}}', '2:3: the member "a" stands here twice, first in line 1'),
        (b'{"a": 1, "\\u0061": 2}', '1:10: the member "\\u0061" stands here twice, first in line 1'),
        (b'[[{"b": [{"x": 1, "x": 1}]}]]', '1:19: the member "x" stands here twice, first in line 1'),
        (b"[" * 5000, "1:101: nested more than 100 levels deep"),
        (b'{"a":' * 5000, "1:501: nested more than 100 levels deep"),
        (b"[" * 101 + b"]" * 101, "1:101: nested more than 100 levels deep"),
        (b'{"a": 1,\r\n }', "2:2: not valid JSON: Expecting property name enclosed in double quotes"),
        (b'\xef\xbb\xbf{"a": }', "1:7: not valid JSON: Expecting value"),
        (b'{"a":\n "\xc3\xa9\xff"}', "2:4: not UTF-8"),
        ("{}".encode("utf-16"), "1:1: not UTF-8 but UTF-16; save it as UTF-8"),
        (b"", "1:1: not valid JSON: Expecting value"),
        (b"[]", "1:1: a definition is a JSON object"),
    ],
    ids=range(17),
)
def test_a_file_that_is_no_definition_is_refused_with_line_and_column(tmp_path: Path, raw: bytes, told: str) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(raw)
    with pytest.raises(ValueError, match="broken") as refused:
        Emulator().load(file)
    assert str(refused.value).startswith(f"{file}:{told}")


def test_a_name_that_is_no_text_is_an_error_of_the_definition(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text(json.dumps({**DONE, "name": ["done"]}))
    with pytest.raises(Exception, match="Workflow name must be a string, not an array"):
        Emulator().load(file)


TEXT = """{
  "name": "x",
  "states": {
    "e.nd": {"transitions": [{"target": "a"},
      {"when": 1}]}
  }
}"""


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [
        ("", (1, 1), (1, 1)),
        ("name", (2, 11), (2, 3)),
        ('states["e.nd"].transitions[0].target', (4, 41), (4, 31)),
        ('states["e.nd"].transitions[1]', (5, 7), (5, 7)),
        ('states["e.nd"].transitions[1].target', (5, 7), (5, 7)),
        ('states["e.nd"].type', (4, 13), (4, 5)),
        ("initial_state", (1, 1), (1, 1)),
    ],
)
def test_a_path_leads_to_its_place_and_a_missing_one_to_its_parents(
    path: str, value: tuple[int, int], name: tuple[int, int]
) -> None:
    positions = Positions(TEXT, 100)
    assert (positions.of_value(path), positions.of_name(path)) == (Place(*value), Place(*name))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> dict[str, object]:
    """Every value by its path."""
    found = {written(path): value}
    each = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in each:
        found.update(places(child, (*path, key)))
    return found


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_what_stands_at_the_place_of_a_path_is_its_value(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    positions, lines = Positions(text, 100), text.split("\n")
    for path, wanted in places(value).items():
        line, column = positions.of_value(path)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == wanted


def outcome(text: str) -> object:
    """The value, or None for what is refused."""
    try:
        return ["read", value_of(text)]
    except Misread:
        return None


@given(st.text('[]{},:"\\ \n1e9.-+NaIfintyrulsx\u00e9\ud800') | VALUES.map(json.dumps))
def test_a_file_and_a_request_agree_on_what_json_is(text: str) -> None:
    try:
        wanted = ["read", decode(text.encode("utf-8", "surrogatepass"), 100)]
    except NotJson:
        assert outcome(text) is None or "\ud800" in text
    else:
        # A member that stands twice is refused in a file alone.
        assert outcome(text) in (wanted, None)
