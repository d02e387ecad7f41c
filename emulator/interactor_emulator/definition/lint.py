"""What a definition may say but hardly means: diagnostics, never errors.

The documented answers stay as they are; this goes to the diagnostics channel. Every check is certain of what it says:
what might be meant is left alone. The codes are stable.
"""

from collections.abc import Callable, Iterator, Mapping

from interactor_emulator.definition.advice import bounds, flow, members, templates, threads
from interactor_emulator.definition.advice.model import Advice, Draft
from interactor_emulator.definition.model import Definition, Valid
from interactor_emulator.definition.paths import written
from interactor_emulator.limits import Limits

__all__ = ["Advice", "lint"]

_CHECKS: tuple[Callable[[Definition, Mapping[str, Valid]], Iterator[Draft]], ...] = (
    bounds.workflow_name,
    bounds.guidance,
    members.misplaced_members,
    bounds.logic_bounds,
    bounds.presentation_bounds,
    members.misplaced_properties,
    members.duplicate_field_names,
    flow.transitions,
    flow.reachability,
    flow.loops,
    threads.joins,
    threads.endings,
    threads.numbers,
    templates.templates,
)


def lint(definition: Definition, source: Mapping[str, Valid], limits: Limits | None = None) -> list[Advice]:
    """Advice on a definition that has no errors, `source` being what it was parsed from."""
    drafts = [*members.unknown_members(source, limits or Limits())]
    for check in _CHECKS:
        drafts.extend(check(definition, source))
    return [Advice(draft.code, written(draft.at), draft.message, draft.hint) for draft in drafts]
