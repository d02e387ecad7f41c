"""`run`: a definition, run in this process."""

import json
import sys
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from interactor_emulator.errors import InteractorError

from .options import pairs


@click.command("run", short_help="Run a definition here, and print the path and the data.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--input", "input_", default="{}", metavar="JSON", help="The input of the new instance.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="STATE=JSON",
    help="What a person answers in this state; repeated for one state, the answers come in turn.",
)
@click.option("--namespace", help="The namespace of the instance.")
@click.option("--stub", "stubs", multiple=True, metavar="URL=JSON", help="What HTTP logic hears from this URL.")
@click.option("--route", "routes", multiple=True, metavar="ORIGIN=ORIGIN", help="Lead an origin to a local server.")
@click.option("--allow-egress", multiple=True, metavar="HOST", help="A host that HTTP logic may really call.")
@click.option("--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret.")
@click.option("--seed", type=int, help="Makes ids and Math.random repeat.")
@click.option("--now", help="Where the clock stands, like 2026-01-20T12:00:00Z.")
@click.option("--explain", is_flag=True, help="Print every condition that was evaluated, with the values it saw.")
def command(
    file: Path,
    input_: str,
    answers: tuple[str, ...],
    namespace: str | None,
    stubs: tuple[str, ...],
    routes: tuple[str, ...],
    allow_egress: tuple[str, ...],
    secrets: tuple[str, ...],
    seed: int | None,
    now: str | None,
    explain: bool,
) -> None:
    """Run the definition in FILE, answer where it halts, and print where it came to rest.

    The exit code is 1 when the instance failed or an answer was refused.
    """
    from interactor_emulator.adapters.http.stubs import Stub
    from interactor_emulator.emulator import Emulator, close_shared_pool, read_definition

    from .options import load

    emulator = Emulator(
        seed=seed,
        now=now,
        secrets=pairs("--secret", secrets),
        routes=pairs("--route", routes),
        allow_egress=allow_egress,
        loopback_egress=True,
    )
    for url, body in pairs("--stub", stubs).items():
        emulator.account.caller.stubs.append(Stub(url, json=_json("--stub", body)))
    input_object, queues = _object("--input", input_), _answers(answers)
    try:
        load(emulator, file)
        _check_states(queues, read_definition(file)["states"])
        run = emulator.start(str(read_definition(file)["name"]), input_object, namespace)
        failed = _answer_in_turn(run, queues)
        _print(run, explain)
    finally:
        close_shared_pool()
    sys.exit(1 if failed or run.status == "failed" else 0)


def _check_states(answered: Iterable[str], states: Collection[str]) -> None:
    for name in answered:
        if name not in states:
            near = get_close_matches(name, states, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(states)}"
            raise click.UsageError(f"--answer names '{name}', which is no state of the workflow; {hint}")


def _answer_in_turn(run: Any, queues: Mapping[str, deque[Mapping[str, Any]]]) -> bool:
    """Resume the run while there are answers for where it halts; whether one was refused."""
    while run.status == "halted" and queues.get(run.state):
        try:
            run.resume(queues[run.state].popleft())
        except InteractorError as error:
            print(f"error: {error.code}: {error.message}")
            return True
    return False


def _print(run: Any, explain: bool) -> None:
    print(f"status: {run.status}")
    print(f"path: {' → '.join(run.path)}")
    print("data: " + json.dumps(run.data, indent=2, ensure_ascii=False))
    failure = run.failure
    if failure is not None:
        print(f"error: {failure.code}: {failure.message}")
    elif run.status == "halted":
        print(f"waits for: an answer in {run.state}, like --answer '{run.state}={{\"approved\": true}}'")
    if explain:
        print()
        print(run.explain())


def _answers(values: tuple[str, ...]) -> Mapping[str, deque[Mapping[str, object]]]:
    queues: dict[str, deque[Mapping[str, object]]] = defaultdict(deque)
    for value in values:
        (state, text), *_ = pairs("--answer", [value]).items()
        queues[state].append(_object("--answer", text))
    return queues


def _object(option: str, text: str) -> Mapping[str, object]:
    value = _json(option, text)
    if not isinstance(value, dict):
        raise click.UsageError(f"{option} takes a JSON object, not {text}")
    return value


def _json(option: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"{option}: not valid JSON: {error}: {text}") from None
