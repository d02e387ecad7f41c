"""A document from JSON, and JSON from a document: what is none is refused with the path of what is wrong."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from sys import byteorder
from typing import Any

from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.validate import examine
from interactor_emulator.ids import State
from interactor_emulator.limits import Limits
from interactor_emulator.state import events
from interactor_emulator.state.events import Event, Noticed
from interactor_emulator.state.plain import Misfit, Plain, tagged
from interactor_emulator.terminal import line

from .document import FORMAT, Document

KINDS: tuple[type[Event], ...] = tuple(
    each
    for each in vars(events).values()
    if isinstance(each, type) and issubclass(each, Event) and each not in (Event, events.ThreadEvent, Noticed)
)
"""Every event that can stand in an instance."""

_WORD_BYTES = 4

Migrate = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Mapping[int, Migrate] = {}
"""What makes a document of one format one of the next, by the number of the older one."""


class InvalidSnapshot(ValueError):
    """What was given is no snapshot, or one that cannot be restored here: `path` says where, and `message` why."""

    def __init__(self, message: str, path: str = "", where: str = "") -> None:
        super().__init__(line(f"{where}{path}{': ' if path else ''}{message}"))
        self.message = message
        self.path = path


def written(document: Document) -> dict[str, Any]:
    """The document as JSON; it shares with the document what is JSON already."""
    made: dict[str, Any] = codec(Limits()).writer(Document)(document)
    # First, and whatever its default is: a reader looks at this before anything else.
    return {"format": document.format, **made}


def read(value: object, limits: Limits) -> Document:
    """The document that the JSON is. Its definitions obey these limits. Raises Misfit."""
    document: Document = codec(limits).reader(Document)(_of_this_format(value))
    return document


def _of_this_format(value: object) -> object:
    if not isinstance(value, dict):
        raise Misfit("a snapshot is a JSON object")
    number = value.get("format")
    if type(number) is not int:
        raise Misfit(
            "this is no snapshot: it has no number of a format; serve --snapshot and GET /_emulator/snapshot write one",
            "format",
        )
    while number in MIGRATIONS:
        value, number = {**MIGRATIONS[number](value), "format": number + 1}, number + 1
    if number != FORMAT:
        by = value.get("written_by")
        whose = f", written by {by[:100]}" if isinstance(by, str) and by else ""
        raise Misfit(f"format {str(number)[:20]}{whose}, and this emulator reads format {FORMAT}", "format")
    return value


def codec(limits: Limits) -> Plain:
    """Writers and readers of a document. Its definitions obey these limits."""
    own: dict[object, Any] = {
        State: (_words_written, _words_read),
        Definition: (lambda definition: definition.source, lambda source: _understood(source, limits)),
    }
    plain = Plain(own)
    own[Event] = tagged(plain, KINDS, ("instance_id",))
    return plain


def _understood(source: Any, limits: Limits) -> Definition:
    examination = examine(source, limits)
    for error in examination.errors([None] * len(examination.codes)):
        raise Misfit(error.message, error.path)
    return parse(source)


def _words_written(state: State) -> str:
    return b64encode(_swapped(array("I", state)).tobytes()).decode()


def _words_read(value: Any) -> State:
    try:
        raw = b64decode(value, validate=True)
        if len(raw) % _WORD_BYTES == 0:
            return tuple(_swapped(array("I", raw)))
    except (TypeError, ValueError):
        pass
    raise Misfit("must be the words of a generator in base64")


def _swapped(words: "array[int]") -> "array[int]":
    """The same bytes on every machine."""
    if byteorder == "big":
        words.byteswap()
    return words
