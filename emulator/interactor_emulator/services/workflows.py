"""Workflows and their versions: validate, create, add a version, publish."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from interactor_emulator.account.account import Account
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.validate import Finding, examine
from interactor_emulator.effects import CheckSyntax, Steps
from interactor_emulator.errors import (
    AlreadyPublished,
    InvalidWorkflow,
    VersionNotFound,
    WorkflowExists,
    WorkflowNotFound,
)
from interactor_emulator.jsontext import Json
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.instance import Version
from interactor_emulator.state.store import Workflow

if TYPE_CHECKING:
    from interactor_emulator.definition.lint import Advice

Source = Mapping[str, Json]


def validate(account: Account, source: Source) -> Steps[list[Finding]]:
    """All errors of a definition, in document order; none means that it can be created."""
    examination = examine(source, account.limits)
    codes = examination.codes
    syntax = (yield from CheckSyntax(codes).perform()) if codes else []
    return examination.errors(syntax)


def advise(account: Account, source: Source, *, finished: bool) -> "list[Advice]":
    """What a definition may say but hardly means; of one that has errors, that is not `finished`, the members that
    nothing reads."""
    # Late: a server that starts without definitions need not wait for the linter.
    from interactor_emulator.definition.lint import lint, unread

    return lint(parse(source), source, account.limits) if finished else unread(source, account.limits)


def create(account: Account, source: Source) -> Steps[Version]:
    """A new workflow with a draft version. Raises InvalidWorkflow, WorkflowExists."""
    yield from _refuse_errors(account, source)
    name = str(source["name"])
    if name in account.store.workflows:
        raise WorkflowExists(name)
    workflow = Workflow(account.ids.workflow(), name, account.clock.now_ms)
    account.store.workflows[name] = workflow
    return _add(account, workflow, source)


def add_version(account: Account, name: str, source: Source) -> Steps[Version]:
    """A further draft version of a workflow; `name` may be left out of the source, but not differ."""
    workflow = find(account, name)
    named = {"name": name, **source}
    if named["name"] != name:
        message = f"Workflow name must be '{name}', as in the path, or be left out"
        raise InvalidWorkflow([{"path": "name", "message": message}])
    yield from _refuse_errors(account, named)
    return _add(account, workflow, named)


def _refuse_errors(account: Account, source: Source) -> Steps[None]:
    errors = yield from validate(account, source)
    if errors:
        raise InvalidWorkflow([error._asdict() for error in errors])


def _add(account: Account, workflow: Workflow, source: Source) -> Version:
    definition = parse(source)
    version = Version(account.ids.version(), workflow.name, definition, account.clock.now_ms)
    workflow.versions.append(version)
    for advice in advise(account, source, finished=True):
        where = f"{workflow.name}: {advice.path}"
        account.journal.append(Noticed(advice.code, advice.message, advice.hint, where))
    return version


def restore(account: Account, source: Source, *, publish_it: bool) -> Version:
    """Make a version of a definition that was examined before."""
    name = str(source["name"])
    workflow = account.store.workflows.get(name)
    if workflow is None:
        workflow = account.store.workflows[name] = Workflow(account.ids.workflow(), name, account.clock.now_ms)
    version = _add(account, workflow, source)
    return publish(account, name, version.id) if publish_it else version


def publish(account: Account, name: str, version_id: str) -> Version:
    """Make a version the one that new instances run. Raises VersionNotFound, AlreadyPublished."""
    workflow = find(account, name)
    for version in workflow.versions:
        if version.id == version_id:
            if version.published_ms is not None:
                raise AlreadyPublished(version_id)
            version.published_ms = account.clock.now_ms
            workflow.published = version
            return version
    raise VersionNotFound(version_id)


def find(account: Account, name: str) -> Workflow:
    """The workflow of that name; raises WorkflowNotFound."""
    workflow = account.store.workflows.get(name)
    if workflow is None:
        raise WorkflowNotFound(name)
    return workflow
