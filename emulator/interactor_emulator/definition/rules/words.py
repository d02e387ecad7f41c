"""The words of which messages are made."""

from collections.abc import Iterable

from interactor_emulator.definition.paths import printable
from interactor_emulator.jsontext import is_number


def kind(value: object) -> str:
    """What a value is, for `must be a string, not …`."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case dict():
            return "an object"
        case _:
            return "something that is not JSON"


# Python refuses to write integers of many thousand digits; JSON may hold them.
_LARGEST_SHOWN = 10**15


def given(value: object) -> str:
    """The value itself where it is a number of ordinary size, or what it is."""
    if is_number(value) and abs(value) <= _LARGEST_SHOWN:
        return str(value)
    return kind(value)


def shortened(text: str, characters: int) -> str:
    """The text, cut where it is longer than that."""
    return printable(text if len(text) <= characters else text[: characters - 1] + "…")


def quoted(text: str) -> str:
    """A name or value of the customer's within a message, cut where it is long."""
    return f"'{shortened(text, 80)}'"


def choices(words: Iterable[str]) -> str:
    """`'a', 'b' or 'c'`: for words that would not stand out in a sentence."""
    return listing(map(quoted, words))


def listing(words: Iterable[str], joiner: str = "or") -> str:
    """`a, b or c`."""
    *front, last = words
    return f"{', '.join(front)} {joiner} {last}" if front else last
