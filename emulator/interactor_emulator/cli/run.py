"""`run`: a definition, run in this process."""

import json
import sys
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from interactor_emulator import terminal
from interactor_emulator.errors import InteractorError
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.redaction import redact
from interactor_emulator.terminal import line

from .config import nearest
from .here import emulator_here, emulator_options
from .programs import say_json
from .values import format_option, json_object, pairs

if TYPE_CHECKING:
    from interactor_emulator.adapters.http.stubs import Stub
    from interactor_emulator.emulator import Emulator
    from interactor_emulator.facade.run import Run, RunThread
    from interactor_emulator.state.events import RetryScheduled

    from . import shapes
    from .findings import Finding
    from .noticed import Findings

Answers = Mapping[str, deque[Mapping[str, AnyJson]]]

_EXAMPLE = (
    """Example: interactor-emulator run leave.json --input '{"days": 3}' --answer 'await_manager={"approved": true}'"""
)


@click.command("run", short_help="Run a definition here, and print the path and the data.", epilog=_EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--input", "input_", default="{}", metavar="JSON", help="The input of the new instance.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="STATE=JSON",
    help="What a person answers where the run, or one of its threads, halts in this state; repeated for one state, the "
    "answers come in turn.",
)
@click.option("--namespace", help="The namespace of the instance.")
@emulator_options
@click.option("--explain", is_flag=True, help="Print every condition that was evaluated, with the values it saw.")
@format_option
def command(
    file: Path,
    input_: str,
    answers: tuple[str, ...],
    namespace: str | None,
    explain: bool,
    format_: str,
    **options: Any,
) -> None:
    """Run the definition in FILE, answer where it halts, and print where it came to rest.

    The exit code is 1 when the instance failed or an answer was refused.
    """
    from interactor_emulator.emulator import close_shared_pool

    from .findings import DefinitionFile
    from .options import load

    emulator = emulator_here(options)
    input_object, queues = json_object("--input", input_), _answers(answers)
    try:
        load(emulator, file)
        definition = DefinitionFile(file)
        warnings = definition.warnings(emulator)
        for warning in warnings:
            terminal.complain(warning)
        _check_states(queues, definition.source["states"])
        came = _came(emulator, str(definition.source["name"]), input_object, namespace, queues)
        _tell(came, warnings, format_, emulator.account.secrets.ever, explain=explain)
    finally:
        close_shared_pool()
    sys.exit(1 if came.refused or came.run.status == "failed" else 0)


class _Came(NamedTuple):
    """What a run came to."""

    run: "Run"
    refused: "shapes.RefusedAnswer | None"
    retries: "list[RetryScheduled]"
    not_needed: list[str]
    noticed: "Findings"


def _came(
    emulator: "Emulator", name: str, input_: Mapping[str, AnyJson], namespace: str | None, queues: Answers
) -> _Came:
    """Start it, and answer it while there are answers."""
    from .noticed import Findings

    # What was noticed of the definition is told by now, with its place.
    told = emulator.read(lambda account: len(account.journal.notices))
    run = emulator.start(name, input_, namespace)
    refused = _answer_in_turn(run, queues)
    noticed = Findings(in_options=True)
    for each in emulator.read(lambda account: account.journal.notices[told:]):
        noticed.note(each)
    retries = emulator.read(lambda account: list(account.retries.values()))
    return _Came(run, refused, retries, list(_not_needed(queues, emulator.account.caller.stubs)), noticed)


def _tell(came: _Came, warnings: "list[Finding]", format_: str, hidden: "Collection[str]", *, explain: bool) -> None:
    """On standard output what it came to, on standard error what was given in vain, and what was noticed."""
    run, refused, retries, not_needed, noticed = came
    if format_ == "json":
        from .findings import as_json as findings_as_json
        from .ran import as_json

        document = as_json(run, refused, retries, noticed.as_json(), findings_as_json(warnings), not_needed)
        say_json(redact(document, hidden))
    else:
        _print(run, refused, retries, explain, hidden)
    for text in not_needed:
        terminal.complain(f"not needed: {text}")
    for text in noticed.lines():
        terminal.complain(f"noticed: {redact(text, hidden)}")


def _check_states(answered: Collection[str], states: Collection[str]) -> None:
    for name in answered:
        if name not in states:
            raise click.UsageError(f"--answer names '{name}', which is no state of the workflow{nearest(name, states)}")


def halted(run: "Run") -> "Iterator[RunThread]":
    """The threads that wait for an answer."""
    yield from (thread for thread in map(run.thread, run.threads) if thread.status == "halted")


def _answer_in_turn(run: "Run", queues: Answers) -> "shapes.RefusedAnswer | None":
    """Resume the run while there are answers for where it, or a thread of it, halts; the one that was refused."""
    while (thread := next((each for each in halted(run) if queues.get(each.state)), None)) is not None:
        state = thread.state
        try:
            thread.resume(queues[state].popleft())
        except InteractorError as error:
            return {"thread": thread.id, "state": state, "code": error.code, "message": error.message}
    return None


def _print(
    run: "Run",
    refused: "shapes.RefusedAnswer | None",
    retries: "Iterable[RetryScheduled]",
    explain: bool,
    hidden: "Collection[str]",
) -> None:
    if refused is not None and run.status != "failed":
        terminal.say(redact(f"error: {refused['code']}: {line(refused['message'])}", hidden))
    terminal.say(f"status: {run.status}")
    terminal.say(f"path: {' → '.join(map(line, run.path))}")
    terminal.say("data: " + json.dumps(redact(run.data, hidden), indent=2, ensure_ascii=False))
    if (failure := run.failure) is not None:
        terminal.say(f"error: {failure.code}: {line(redact(failure.message, hidden))}")
    for thread in halted(run):
        terminal.say(f"waits for: {redact(_wanted(thread, run), hidden)}")
    for retry in retries:
        terminal.say(f"waits for: {_attempt(retry)}")
    if explain:
        terminal.say()
        terminal.say(redact(run.explain(), hidden))


def _wanted(thread: "RunThread", run: "Run") -> str:
    """An answer, and how to give it."""
    where = line(thread.state)
    of_thread = "" if len(run.threads) == 1 else f" ({line(thread.id)})"
    return f"an answer in {where}{of_thread}, like --answer '{where}={line(json.dumps(answer_like(thread)))}'"


def _attempt(retry: "RetryScheduled") -> str:
    """A call that has failed and will be made again, which takes more time than a run has."""
    after = f"{retry.delay_seconds} s after {retry.error_code}: {line(retry.message)}"
    return f"attempt {retry.attempt} of the call in {line(retry.state)}, {after}"


def answer_like(thread: "RunThread") -> dict[str, AnyJson]:
    """An answer of the right form: a key that can be chosen, or what most forms ask."""
    options = thread.options
    if options is not None and options.selection and options.choices:
        return {"choice": options.choices[0].key}
    return {"approved": True}


def _not_needed(queues: Answers, stubs: "Iterable[Stub]") -> Iterator[str]:
    """What was given, and nobody has asked for."""
    for stub in stubs:
        if not stub.calls:
            yield f"--stub for {line(stub.url)}"
    for state, left in queues.items():
        if left:
            times = "" if len(left) == 1 else f", {len(left)} times"
            yield f"--answer for {line(state)}{times}"


def _answers(values: tuple[str, ...]) -> Answers:
    queues: dict[str, deque[Mapping[str, AnyJson]]] = defaultdict(deque)
    for value in values:
        ((state, text),) = pairs("--answer", [value], "STATE=JSON").items()
        queues[state].append(json_object("--answer", text))
    return queues
