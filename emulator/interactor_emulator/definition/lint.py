"""What a definition may say but hardly means: diagnostics, never errors.

The documented answers stay as they are; this goes to the diagnostics channel. Every check is certain of what it says:
what might be meant is left alone. The codes are stable.
"""

from collections.abc import Callable, Iterator, Mapping

from interactor_emulator.definition.advice import bounds, flow, members, templates, threads
from interactor_emulator.definition.advice.model import Advice, Draft
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.paths import written
from interactor_emulator.jsontext import Json
from interactor_emulator.limits import Limits

__all__ = ["CODES", "Advice", "lint"]

CODES: Mapping[str, str] = {
    "unknown_field": "A member that nothing reads.",
    "misplaced_member": "A member that a state of this type does not use.",
    "uppercase_name": "A workflow name beyond the published pattern.",
    "outside_published_bounds": "A value that the document allows and the published schema does not.",
    "duplicate_field_name": "Two fields of one form write the same member of the input.",
    "terminal_transitions": "Transitions of a terminal state: none is ever taken.",
    "stuck_state": "A state without transitions that is not terminal: nothing leads out of it.",
    "no_fallback_transition": "All transitions are conditional: there may be data for which none holds.",
    "shadowed_transition": "A transition after one that always holds: it is never taken.",
    "unkeyed_transition": "A transition without a key in selection mode: it cannot be chosen.",
    "unreachable_state": "A state to which no path leads from the initial state.",
    "possible_loop": "Action states that lead to each other only: no halting or terminal state is ever reached.",
    "join_without_fork": "A join to which no thread comes that has forked another: it waits for nobody.",
    "endless_thread": "A forked thread from which no terminal state can be reached.",
    "too_many_threads": "A fork that must pass the limit of concurrent threads.",
    "unknown_template_root": "A template that begins with a name that does not exist.",
    "secret_outside_http": "A template with secrets where they are not available.",
}
"""Every code that `lint` may give, with its meaning."""

_CHECKS: tuple[Callable[[Definition, Mapping[str, Json]], Iterator[Draft]], ...] = (
    bounds.workflow_name,
    bounds.guidance,
    members.misplaced_members,
    bounds.logic_bounds,
    bounds.presentation_bounds,
    members.duplicate_field_names,
    flow.transitions,
    flow.reachability,
    flow.loops,
    threads.joins,
    threads.endings,
    threads.numbers,
    templates.templates,
)


def lint(definition: Definition, source: Mapping[str, Json], limits: Limits | None = None) -> list[Advice]:
    """Advice on a definition that has no errors, `source` being what it was parsed from."""
    drafts = [*members.unknown_members(source, limits or Limits())]
    for check in _CHECKS:
        drafts.extend(check(definition, source))
    return [Advice(draft.code, written(draft.at), draft.message, draft.hint) for draft in drafts]
