"""Workflows and their versions: validate, create, add a version, publish."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.definition.advice.model import Advice
from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.validate import Finding, examine
from interactor_emulator.effects import CheckSyntax, Steps, SyntaxFault, Walk
from interactor_emulator.errors import (
    AlreadyPublished,
    InvalidWorkflow,
    VersionNotFound,
    WorkflowExists,
    WorkflowNotFound,
)
from interactor_emulator.jsontext import Json, size
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.happenings import Published
from interactor_emulator.state.instance import Version
from interactor_emulator.state.store import Workflow

Source = Mapping[str, Json]

# So many pieces of code are checked in one go: where most are bad, the first thousand tell enough.
_CODES_AT_ONCE = 1_000


def validate(account: Account, source: Source) -> Steps[list[Finding]]:
    """The errors of a definition, in document order, up to their bound; none means that it can be created."""
    limits = account.limits
    examination = yield from Walk(lambda: examine(source, limits)).perform()
    codes, syntax = examination.codes, list[SyntaxFault | None]()
    while len(syntax) < len(codes) and len(examination.errors(syntax)) < bounds.ERRORS.most:
        syntax += yield from CheckSyntax(codes[len(syntax) : len(syntax) + _CODES_AT_ONCE]).perform()
    return examination.errors(syntax)


def check_size(account: Account, source: Source) -> None:
    """That a definition which no request brought is no longer than one that did; raises InvalidWorkflow."""
    if size(source) > account.limits.definition_bytes:
        raise InvalidWorkflow.too_long(account.limits.definition_bytes)


def advise(account: Account, source: Source, *, finished: bool) -> list[Advice]:
    """What a definition may say but hardly means; of one that has errors, that is not `finished`, the members that
    nothing reads."""
    # Late: a server that starts without definitions need not wait for the linter.
    from interactor_emulator.definition.lint import lint, unread

    return lint(parse(source), source, account.limits) if finished else unread(source, account.limits)


def create(account: Account, source: Source) -> Steps[Version]:
    """A new workflow with a draft version. Raises InvalidWorkflow, WorkflowExists."""
    source = _substitute(account, source)
    understood = yield from _understand(account, source)
    name = str(source["name"])
    if name in account.store.workflows:
        raise WorkflowExists(name)
    workflow = Workflow(account.ids.workflow(), name, account.clock.now_ms)
    account.store.workflows[name] = workflow
    return _add(account, workflow, understood)


def add_version(account: Account, name: str, source: Source) -> Steps[Version]:
    """A further draft version of a workflow; `name` may be left out of the source, but not differ."""
    find(account, name)
    named = {"name": name, **source}
    if named["name"] != name:
        message = f"Workflow name must be '{name}', as in the path, or be left out"
        raise InvalidWorkflow([{"path": "name", "message": message}])
    understood = yield from _understand(account, _substitute(account, named))
    return _add(account, find(account, name), understood)


def _substitute(account: Account, source: Source) -> Source:
    """What stands for this definition: itself, unless somebody tries wrong versions of it."""
    for substitute in account.substitutes:
        source = substitute(source)
    return source


Understood = tuple[Definition, list[Advice]]


def _understand(account: Account, source: Source) -> Steps[Understood]:
    """The definition, and what can be said about it; raises InvalidWorkflow."""
    errors = yield from validate(account, source)
    if errors:
        raise InvalidWorkflow([error._asdict() for error in errors])
    return (yield from Walk(lambda: _understood(account, source)).perform())


def _understood(account: Account, source: Source) -> Understood:
    return parse(source), advise(account, source, finished=True)


def _add(account: Account, workflow: Workflow, understood: Understood) -> Version:
    definition, advices = understood
    version = Version(account.ids.version(), workflow.name, definition, account.clock.now_ms)
    workflow.versions.append(version)
    for advice in _few_of_each(advices):
        where = f"{workflow.name}: {advice.path}"
        account.journal.notice(Noticed(advice.code, advice.message, advice.hint, where))
    return version


def _few_of_each(advices: Iterable[Advice]) -> Iterator[Advice]:
    """Whoever makes a mistake in each of ten thousand states is told of it often enough; `validate` tells of all."""
    told: Counter[str] = Counter()
    for advice in advices:
        told[advice.code] += 1
        if told[advice.code] <= bounds.NOTICES_OF_REQUEST.most:
            yield advice


def restore(account: Account, source: Source, *, publish_it: bool) -> Version:
    """Make a version of a definition that was examined before."""
    name = str(source["name"])
    workflow = account.store.workflows.get(name)
    if workflow is None:
        workflow = account.store.workflows[name] = Workflow(account.ids.workflow(), name, account.clock.now_ms)
    version = _add(account, workflow, _understood(account, source))
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
            account.happenings.add(Published(version.published_ms, name, version.id))
            return version
    raise VersionNotFound(version_id)


def find(account: Account, name: str) -> Workflow:
    """The workflow of that name; raises WorkflowNotFound."""
    workflow = account.store.workflows.get(name)
    if workflow is None:
        raise WorkflowNotFound(name)
    return workflow
