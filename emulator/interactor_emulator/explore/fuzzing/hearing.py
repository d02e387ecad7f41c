"""What the HTTP logic of a state may hear: the members that the definition looks for in what a service answers."""

import re
from collections.abc import Iterable, Iterator, Mapping

from interactor_emulator.definition.conditions import comparisons
from interactor_emulator.definition.data_path import MISSING
from interactor_emulator.definition.model import Definition, HttpCall, State
from interactor_emulator.explore.values.mentioned import codes
from interactor_emulator.explore.values.steering import Members
from interactor_emulator.explore.values.worth import Value, unlike
from interactor_emulator.explore.ways.cases import calls
from interactor_emulator.jsontext import Json

# `customer.address`, but neither `items.map(` nor what stands in the data by this name already: `workflow_data.total`.
_WORD = re.compile(r"(?<!\binput)(?<!\bworkflow_data)(?<!\bcontext)(?<!\bsecrets)\??\.([A-Za-z_$][\w$]*)\b(?!\s*\()")
_OWN = frozenset({"length", "prototype"})
_MOST_MEMBERS = 8
_MOST_TEXTS = 8

Body = Mapping[str, tuple[Value, ...]]
"""By member of the object that a service answers with, what it may be."""

ODD: tuple[Mapping[str, Json], ...] = ({"json": []}, {"json": "text"}, {"status": 204})
"""Answers of success that are no object."""

FAILED: tuple[Mapping[str, Json], ...] = ({"status": 500}, {"status": 404}, {"delay_seconds": 3600})
"""What a service answers when it does not do what it is asked; it may not answer in time."""


def url_of(state: State) -> str:
    """What the URLs of the state's calls begin with, as a stub names it."""
    urls = {each.url for each in calls(state)}
    if len(urls) > 1:
        return "*"
    url = urls.pop()
    fixed = url.partition("${")[0]
    return url if fixed == url else f"{fixed}*"


def body_of(state: State, definition: Definition, members: Members, literals: Iterable[Json]) -> Body:
    """The members that are worth answering the state's calls with, those first that its own conditions look at."""
    found: dict[str, tuple[Value, ...]] = {}
    prefixes = {_prefix(each) for each in state.logic if isinstance(each, HttpCall)}
    for path in (*_compared(state), *(path for each in definition.states.values() for path in _compared(each))):
        for prefix in prefixes:
            if path.startswith(prefix) and path in members:
                found.setdefault(path.removeprefix(prefix), (MISSING, *members[path].telling, None))
    texts = [each for each in literals if isinstance(each, str)][:_MOST_TEXTS]
    words = list(dict.fromkeys(_words(definition)))
    within: dict[str, Json] = dict.fromkeys(words, texts[0] if texts else "text")
    for word in words:
        found.setdefault(word, unlike((MISSING, True, *texts, 1, 0, "text", {}, within, [], None)))
    return {path: found[path] for path in list(found)[:_MOST_MEMBERS]}


def _prefix(call: HttpCall) -> str:
    return "" if call.output is None or call.output.path is None else f"{call.output.path}."


def _compared(state: State) -> Iterator[str]:
    return (each.field for way in state.transitions for each in comparisons(way.condition))


def _words(definition: Definition) -> Iterator[str]:
    for state in definition.states.values():
        for code in codes(state):
            yield from (word for word in _WORD.findall(code) if word not in _OWN)
