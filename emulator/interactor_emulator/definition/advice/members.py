"""Members that nothing reads, or not here, or twice."""

from collections.abc import Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.places import elements, presentations
from interactor_emulator.definition.findings import UnknownMember
from interactor_emulator.definition.model import Definition, Valid
from interactor_emulator.definition.rules.presentation import FIELD_PROPERTIES
from interactor_emulator.definition.rules.words import listing, quoted
from interactor_emulator.definition.validate import examine
from interactor_emulator.limits import Limits
from interactor_emulator.nearest import nearest

# "`action` | Executes logic automatically", "`halting` | Pauses for external input"
_MEANT_FOR = {
    "logic": "action",
    "presentation": "halting",
    "halting_instructions": "halting",
    "transition_mode": "halting",
    "fork": "action",
}


def unknown_members(source: Mapping[str, Valid], limits: Limits) -> Iterator[Draft]:
    """Members that no rule knows, each with the nearest name that one does know; the first hundred of them."""
    for unknown in examine(source, limits).unknown:
        message = f"{unknown.owner} has no member {quoted(unknown.name)}; it is ignored"
        yield Draft.of(notices.UNKNOWN_MEMBER, unknown.at, message=message, hint=_nearest(unknown))


def _nearest(unknown: UnknownMember) -> str:
    # Only the front is compared: a name may be as long as the whole definition.
    near = nearest(unknown.name[:64].lower(), unknown.known)
    return f"Did you mean {quoted(near)}?" if near else f"It may have {listing(unknown.known, 'and')}."


def misplaced_members(definition: Definition, source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Members that only a state of another type uses."""
    for name, state in source["states"].items():
        type_ = definition.states[name].type
        for member, value in state.items():
            meant = _MEANT_FOR.get(member, type_)
            if value is not None and meant != type_:
                hint = f"Move it to a state of type {meant}"
                hint += ", or use on_enter, which every state may have." if member == "logic" else "."
                values = {"state": quoted(name), "type": type_, "member": member, "hint": hint}
                yield Draft.of(notices.MISPLACED_MEMBER, ("states", name, member), **values)


def misplaced_properties(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Properties of a field that the document's table gives to another type."""
    for at, presentation in presentations(definition):
        for place, field in elements(presentation, "fields", at):
            type_ = str(field["type"])
            for name in field:
                meant = [each for each, own in FIELD_PROPERTIES.items() if name in own]
                if meant and type_ in FIELD_PROPERTIES and type_ not in meant:
                    values = {"type": type_, "name": quoted(name), "meant": listing(meant, "and")}
                    yield Draft.of(notices.MISPLACED_PROPERTY, (*place, name), **values)


def duplicate_field_names(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Fields of one form that share a name."""
    for at, presentation in presentations(definition):
        seen: set[str] = set()
        for place, field in elements(presentation, "fields", at):
            if field["name"] in seen:
                yield Draft.of(notices.DUPLICATE_FIELD_NAME, (*place, "name"), name=quoted(field["name"]))
            seen.add(field["name"])
