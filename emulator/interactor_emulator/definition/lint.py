"""What a definition may say but hardly means: diagnostics, never errors.

The documented answers stay as they are; this goes to the diagnostics channel. Every check is certain of what it says:
what might be meant is left alone. The codes are stable.
"""

from collections.abc import Callable, Iterator, Mapping

from interactor_emulator.bounds import PROOFS
from interactor_emulator.definition.advice import bounds, flow, members, proofs, templates, threads
from interactor_emulator.definition.advice.model import Advice, Draft
from interactor_emulator.definition.model import Definition, Valid
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
    return [*unread(source, limits or Limits()), *map(_finished, drafts)]


def unread(source: Mapping[str, Valid], limits: Limits) -> list[Advice]:
    """Advice on the members that nothing reads, for which a definition may have errors as well."""
    return [_finished(draft) for draft in members.unknown_members(source, limits)]


def _finished(draft: Draft) -> Advice:
    return Advice(draft.code, written(draft.at), draft.message, draft.hint)
