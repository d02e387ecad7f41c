"""Bounds that the published schema has and the document has not."""

import re
from collections.abc import Iterator, Mapping

from interactor_emulator import notices
from interactor_emulator.definition.advice.model import Draft
from interactor_emulator.definition.advice.places import elements, logic_objects, presentations
from interactor_emulator.definition.model import Definition, Valid
from interactor_emulator.definition.paths import Path
from interactor_emulator.definition.rules.words import given, quoted

# Published: names match ^[a-z][a-z0-9_-]{0,63}$
_WORKFLOW_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
# Published: field names match ^[a-z][a-z0-9_]*$
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Published: `ai_guidance` up to 1000 characters.
_GUIDANCE_CHARACTERS = 1_000
# Published: `timeout` 1000 to 30000 ms.
_TIMEOUT = (1_000, 30_000)
# Published: `retry.attempts` 1 to 5.
_ATTEMPTS = (1, 5)
# Published: choice options 2 to 20.
_OPTIONS = (2, 20)


def workflow_name(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """The name of the workflow."""
    if not _WORKFLOW_NAME.fullmatch(definition.name):
        yield Draft.of(notices.UPPERCASE_NAME, ("name",), name=quoted(definition.name))


def guidance(_definition: Definition, source: Mapping[str, Valid]) -> Iterator[Draft]:
    """The length of `ai_guidance`."""
    if (length := len(source.get("ai_guidance") or "")) > _GUIDANCE_CHARACTERS:
        yield _outside(("ai_guidance",), f"AI guidance has {length} characters", f"at most {_GUIDANCE_CHARACTERS}")


def logic_bounds(_definition: Definition, source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Time-outs and numbers of tries."""
    for at, logic in logic_objects(source):
        if logic["type"] == "http":
            yield from _between((*at, "timeout"), "HTTP timeout is", logic.get("timeout"), *_TIMEOUT)
            attempts = (logic.get("retry") or {}).get("attempts")
            yield from _between((*at, "retry", "attempts"), "Number of attempts is", attempts, *_ATTEMPTS)


def presentation_bounds(definition: Definition, _source: Mapping[str, Valid]) -> Iterator[Draft]:
    """Numbers of options, and names of fields."""
    for at, presentation in presentations(definition):
        if presentation["type"] == "choice" and isinstance(options := presentation["options"], list):
            yield from _between((*at, "options"), "Number of options is", len(options), *_OPTIONS)
        for place, field in elements(presentation, "fields", at):
            if not _FIELD_NAME.fullmatch(field["name"]):
                what = f"Field name {quoted(field['name'])} is unusual"
                yield _outside((*place, "name"), what, "names that match ^[a-z][a-z0-9_]*$")


def _between(at: Path, what: str, value: Valid, least: int, most: int) -> Iterator[Draft]:
    if value is not None and not least <= value <= most:
        yield _outside(at, f"{what} {given(value)}", f"{least} to {most}")


def _outside(at: Path, what: str, allowed: str) -> Draft:
    return Draft.of(notices.OUTSIDE_PUBLISHED_BOUNDS, at, what=what, allowed=allowed)
