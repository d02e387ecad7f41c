"""What a definition may say but hardly means: diagnostics, never errors.

The documented answers stay as they are; this goes to the diagnostics channel. Every check is certain of what it says:
what might be meant is left alone. The codes are stable.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from interactor_emulator.bounds import PROOFS
from interactor_emulator.definition.advice import bounds, flow, members, proofs, templates, threads
from interactor_emulator.definition.advice.model import Advice, Draft
from interactor_emulator.definition.model import Definition, State, Valid
from interactor_emulator.definition.paths import written
from interactor_emulator.definition.reasoning.facts import proven_anyhow
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
    flow.loops,
    threads.joins,
    threads.endings,
    threads.numbers,
    templates.templates,
)


def lint(definition: Definition, source: Mapping[str, Valid], limits: Limits | None = None) -> list[Advice]:
    """Advice on a definition that has no errors, `source` being what it was parsed from."""
    drafts: list[Draft] = []
    for check in _CHECKS:
        drafts.extend(check(definition, source))
    facts = proven_anyhow(definition, PROOFS.most)
    for prove in proofs.CHECKS:
        drafts.extend(prove(definition, facts))
    meant = {name: _meant(state) for name, state in definition.states.items()}
    drafts = [each for each in drafts if each.code not in meant.get(str(each.at[1]) if len(each.at) > 1 else "", ())]
    return [*unread(source, limits or Limits()), *map(_finished, drafts)]


MARK = "# interactor: meant"
_MARK = re.compile(r"#\s*interactor:\s*meant\s+(\w+)", re.I)


def _meant(state: State) -> set[str]:
    """The codes that the `description` of one of its transitions says are meant; a state itself has no such member."""
    return {code for each in state.transitions for code in _MARK.findall(each.description or "")}


def unread(source: Mapping[str, Valid], limits: Limits) -> list[Advice]:
    """Advice on the members that nothing reads, for which a definition may have errors as well."""
    return [_finished(draft) for draft in members.unknown_members(source, limits)]


def _finished(draft: Draft) -> Advice:
    return Advice(draft.code, written(draft.at), draft.message, draft.hint)
