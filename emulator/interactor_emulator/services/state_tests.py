"""One state alone: what it does with some data, and which transition it would take.

"Result, transition taken, every clause with its values; nothing is created." It is played in an account like the one
that was asked, in which nothing else is and which nobody sees; then that is thrown away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from interactor_emulator import jsontext
from interactor_emulator.account.account import Account
from interactor_emulator.clock import LAST_MS
from interactor_emulator.definition.conditions import operators
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.parse import parse
from interactor_emulator.effects import Elsewhere, Steps
from interactor_emulator.engine import machine, results
from interactor_emulator.errors import (
    InteractorError,
    InvalidWorkflow,
    PayloadTooLarge,
    ValidationError,
    VersionNotFound,
)
from interactor_emulator.ids import Ids
from interactor_emulator.jsontext import Json
from interactor_emulator.nearest import hint
from interactor_emulator.projections.explain import decisions
from interactor_emulator.projections.state_tested import Outcome, StateTested
from interactor_emulator.state.events import Forked, StateChanged, StepCompleted, StepFailed
from interactor_emulator.state.instance import Instance, Version
from interactor_emulator.tracing import Cause

from . import choices, due, execution, instances, workflows


@dataclass(frozen=True, slots=True)
class Asked:
    """The state, and what it is given. `input` is what scripts and templates see; in a halting state it is the answer,
    and without one (None, and no `choice`) it is left halted."""

    state: str
    input: Mapping[str, Json] | None = None
    workflow_data: Mapping[str, Json] = field(default_factory=dict)
    choice: str | None = None
    namespace: str | None = None


def of_definition(account: Account, source: Mapping[str, Json], asked: Asked) -> Steps[StateTested]:
    """Test a state of a definition that is in no account. Raises InvalidWorkflow, ValidationError, PayloadTooLarge."""
    if errors := (yield from workflows.validate(account, source)):
        raise InvalidWorkflow([error._asdict() for error in errors])
    return (yield from _test(account, parse(source), None, asked))


def of_workflow(account: Account, name: str, version_id: str | None, asked: Asked) -> Steps[StateTested]:
    """Test a state of a workflow: of the version named, of the published one, or of the latest where none is. Raises
    WorkflowNotFound, VersionNotFound, ValidationError, PayloadTooLarge."""
    workflow = workflows.find(account, name)
    version = workflow.published or workflow.versions[-1]
    if version_id is not None:
        found = [each for each in workflow.versions if each.id == version_id]
        if not found:
            raise VersionNotFound(version_id)
        version = found[0]
    return (yield from _test(account, version.definition, version.id, asked))


def _test(account: Account, definition: Definition, version_id: str | None, asked: Asked) -> Steps[StateTested]:
    _check(account, definition, asked)
    apart = _apart(account)
    now_ms = apart.clock.now_ms
    alone = replace(definition, initial_state=asked.state)
    version = Version(version_id or apart.ids.version(), definition.name, alone, now_ms, now_ms)
    instance = Instance(apart.ids.instance(now_ms), version, asked.namespace, now_ms, data=dict(asked.workflow_data))
    apart.store.add_instance(instance)
    steps = partial(_played, apart, instance, asked)
    play = Elsewhere(lambda: apart.driver.run(steps()), lambda: apart.driver.run_async(steps()))
    return (yield from play.perform())


def _check(account: Account, definition: Definition, asked: Asked) -> None:
    if asked.state not in definition.states:
        said = f"'{asked.state:.100}' is no state of '{definition.name}'; {hint(asked.state, definition.states)}"
        raise ValidationError(("state", said))
    instances.check_input(account, asked.input or {})
    if jsontext.size(asked.workflow_data) > account.limits.workflow_data_bytes:
        raise PayloadTooLarge("workflow_data", account.limits.workflow_data_bytes)
    if asked.choice is not None and definition.states[asked.state].type != "halting":
        raise ValidationError(("choice", f"state '{asked.state}' does not halt: there is nothing to choose"))


def _apart(account: Account) -> Account:
    """An account like this one, at the same instant, with what a test has prepared but for the people; what is drawn
    there is not drawn here. It goes on one state at a time."""
    made = Account(replace(account.settings, execution="background"), account.pool)
    ids = Ids(account.ids.seed, account.ids.drawn)
    made.go_back(account.clock.now_ms, account.clock.frozen, ids, {})
    made.variants.become(account.variants)
    made.prepare_like(account)
    made.people.clear()
    made.caller.answer_as(account.caller)
    return made


def _played(account: Account, instance: Instance, asked: Asked) -> Steps[StateTested]:
    state = instance.definition.states[asked.state]
    cause = Cause(next(iter(account.clients)), account.ids.request(account.clock.now_ms))
    answers = state.type == "halting" and not (asked.input is None and asked.choice is None)
    given = {} if answers else asked.input or {}
    yield from execution.run(account, instance, machine.start(instance, account.terms, given, cause))
    yield from _through(account, instance)
    refused = None
    if answers and instance.status == "halted":
        refused = yield from _answered(account, instance, asked, cause)
    for waiting in account.background.values():
        for each in waiting:
            each.close()
    return _came_of(account, instance, asked, refused)


def _through(account: Account, instance: Instance) -> Steps[None]:
    """Until a transition is taken, or there is nothing more to wait for: a call that is to be tried again is, and its
    time passes at once."""
    while instance.active and not _left(account, instance):
        if account.background:
            yield from execution.go_on_after_look(account, instance.id)
        elif any(retry.member == "logic" for retry in account.retries.values()):
            next_due = account.clock.take_due(LAST_MS)
            assert next_due is not None
            yield from due.fire(account, next_due)
        else:
            return


def _left(account: Account, instance: Instance) -> StateChanged | None:
    happened = account.journal.of_instance(instance.id)
    return next((each for each in happened if isinstance(each, StateChanged)), None)


def _answered(account: Account, instance: Instance, asked: Asked, cause: Cause) -> Steps[InteractorError | None]:
    """Why the answer is refused, if it is."""
    answer = dict(asked.input or {})
    if asked.choice is not None:
        choices.check(account, instance.id, None)
        answer["choice"] = asked.choice
    try:
        yield from instances.resume(account, instance.id, answer, cause)
    except InteractorError as error:
        return error
    return None


def _came_of(account: Account, instance: Instance, asked: Asked, refused: InteractorError | None) -> StateTested:
    state, happened = instance.definition.states[asked.state], account.journal.of_instance(instance.id)
    left, known = _left(account, instance), operators(account.variants)
    made = decisions(instance.definition, happened, known, asked.workflow_data)
    decision = next((instances.in_brief(each, account.secrets.ever) for each in made), None)
    outcome: Outcome = "stuck"
    if refused is not None:
        outcome = "refused"
    elif left is not None:
        outcome = "transition"
    elif instance.status in ("halted", "completed", "failed"):
        outcome = instance.status
    return StateTested(
        state=state.name,
        type=state.type,
        outcome=outcome,
        transition=None if left is None else state.transitions[left.index],
        decision=decision,
        data=dict(instance.data),
        changes=results.changes(asked.workflow_data, instance.data),
        forked={each.thread_id: each.to_state for each in happened if isinstance(each, Forked)},
        halted=instance.shown_halt,
        error=refused or instances.failure(instance),
        logs=[line for each in happened if isinstance(each, StepCompleted | StepFailed) for line in each.logs],
        requests=list(account.caller.records),
        diagnostics=account.journal.notices,
    )
