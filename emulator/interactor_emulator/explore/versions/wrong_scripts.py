"""What may be wrong with a script: a member that is not returned, a comparison that is off by one, a word that is its
opposite. Each is the code with one change; whether it still parses is for the script engine to say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .javascript import Word, words


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A script that is not what it was; `description` says in what."""

    description: str
    code: str


def without_a_member(code: str) -> Iterator[WrongCode]:
    """One for each member of an object that is returned as it stands, `return {…}`: without it."""
    found = list(words(code))
    for at, (word, following) in enumerate(pairwise(found)):
        if word.text == "return" and word.kind == "name" and following.text == "{":
            yield from _without_each(code, _members(found[at + 2 :], following.depth))


def _members(found: Sequence[Word], depth: int) -> list[tuple[Word, ...]]:
    """The members of the object whose words these are, each with the comma behind it; none of one that never ends."""
    members, member = list[tuple[Word, ...]](), list[Word]()
    for word in found:
        if word.depth == depth:
            return [*members, tuple(member)] if member else members
        member.append(word)
        if word.text == "," and word.depth == depth + 1:
            members.append(tuple(member))
            member = []
    return []


def _without_each(code: str, members: list[tuple[Word, ...]]) -> Iterator[WrongCode]:
    for number, member in enumerate(members):
        start, end = member[0].start, member[-1].end
        if number and member[-1].text != ",":
            left = code[: members[number - 1][-1].start] + code[end:]
        else:
            left = code[:start] + code[end:].lstrip(" ")
        named = "".join(word.text for word in member[:2]) if member[0].text == "..." else member[0].text
        yield WrongCode(f"{named} is not returned", left)


_OTHER_WORDS = {
    ">": ">=",
    ">=": ">",
    "<": "<=",
    "<=": "<",
    "===": "!==",
    "!==": "===",
    "==": "!=",
    "!=": "==",
    "&&": "||",
    "||": "&&",
    "true": "false",
    "false": "true",
}
_COMPARING = (">", ">=", "<", "<=")


def with_another_word(code: str) -> Iterator[WrongCode]:
    """One for each comparison, joiner and constant of the code: with its neighbour, or its opposite, in its place."""
    for word in words(code):
        other = _OTHER_WORDS.get(word.text) if word.kind != "text" else None
        if other is not None:
            yield WrongCode(f"{word.text} is {other} {_around(code, word)}", _put(code, word, other))


def with_another_bound(code: str) -> Iterator[WrongCode]:
    """One with one more, and one with one less, for each whole number beside a comparison."""
    found = list(words(code))
    for before, word, after in zip([None, *found], found, [*found[1:], None], strict=False):
        beside = (each.text for each in (before, after) if each is not None)
        if word.kind == "number" and word.text.isdigit() and any(text in _COMPARING for text in beside):
            for other in (int(word.text) + 1, int(word.text) - 1):
                yield WrongCode(f"{word.text} is {other} {_around(code, word)}", _put(code, word, str(other)))


def _put(code: str, word: Word, text: str) -> str:
    return code[: word.start] + text + code[word.end :]


_AROUND, _WHOLE = 25, 60  # characters


def _around(code: str, word: Word) -> str:
    """Where that is: its line, or as much of a long one as is near."""
    first, last = code.rfind("\n", 0, word.start) + 1, code.find("\n", word.end)
    last = len(code) if last < 0 else last
    if last - first <= _WHOLE:
        return f"in `{code[first:last].strip()}`"
    start, end = max(first, word.start - _AROUND), min(last, word.end + _AROUND)
    return f"in `{'…' if start > first else ''}{code[start:end].strip()}{'…' if end < last else ''}`"
