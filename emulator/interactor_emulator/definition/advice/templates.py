"""Templates that cannot give a value: unknown roots, and secrets where there are none."""

from collections.abc import Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.places import logic_objects
from interactor_emulator.definition.model import Definition, Valid
from interactor_emulator.definition.paths import Path
from interactor_emulator.definition.placeholders import FOREIGN, roots
from interactor_emulator.definition.rules.words import listing, quoted

ROOTS = ("workflow_data", "input", "context")
# "Use HTTP logic for external calls requiring secrets."
SECRETS = "secrets"

_SHOWN_CHARACTERS = 60

_RENDERED_IN_HTTP = ("url", "headers", "body")
_RENDERED_IN_HALTING = ("presentation", "halting_instructions")


def templates(_definition: Definition, source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Every template in HTTP logic, presentations and instructions."""
    for at, logic in logic_objects(source):
        if logic["type"] == "http":
            for member in _RENDERED_IN_HTTP:
                yield from _within(logic.get(member), (*at, member), in_http=True)
    for name, state in source["states"].items():
        for member in _RENDERED_IN_HALTING:
            yield from _within(state.get(member), ("states", name, member), in_http=False)


def _within(value: Valid, at: Path, *, in_http: bool) -> Iterator[Draft]:
    for place, text in _texts(value, at):
        if (foreign := FOREIGN.search(text)) is not None:
            yield Draft.of(notices.FOREIGN_TEMPLATE, place, found=quoted(foreign[0][:_SHOWN_CHARACTERS]))
        for root in dict.fromkeys(roots(text)):
            if root == SECRETS and not in_http:
                yield Draft.of(notices.SECRET_OUTSIDE_HTTP, place)
            elif root not in ROOTS and root != SECRETS:
                yield Draft.of(
                    notices.UNKNOWN_TEMPLATE_ROOT,
                    place,
                    root=quoted(root),
                    roots=listing((*ROOTS, SECRETS) if in_http else ROOTS),
                )


def _texts(value: Valid, at: Path) -> Iterator[tuple[Path, str]]:
    """Every string in a value, in document order. A loop, since what was built in process may be of any depth."""
    waiting: list[tuple[Path, Valid]] = [(at, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, str):
            yield place, one
        elif isinstance(one, dict):
            waiting.extend(reversed([((*place, name), inner) for name, inner in one.items()]))
        elif isinstance(one, list):
            waiting.extend(reversed([((*place, index), inner) for index, inner in enumerate(one)]))
