"""`mutate`: which wrong versions of a definition the tests notice, and which they do not."""

import json
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from interactor_emulator import terminal

from . import mistakes
from .child import child
from .config import PREFIX, config_option
from .options import server_options
from .programs import say_json
from .values import format_option


@click.command(
    "mutate",
    short_help="Say which wrong versions of a definition the tests do not notice.",
    epilog="Example: interactor-emulator mutate definitions/leave.json -- pytest tests",
    context_settings={"auto_envvar_prefix": PREFIX, "ignore_unknown_options": False},
)
@config_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--max-mutants", type=click.IntRange(1), metavar="N", help="How many are tried at most; all by default.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail only when fewer of those that change something are noticed.",
)
@click.option("--verbose", is_flag=True, help="Also name those that were noticed, and those that change nothing.")
@format_option
@server_options
@click.argument("arguments", nargs=-1, required=True, metavar="-- COMMAND…")
def command(
    file: Path,
    arguments: tuple[str, ...],
    max_mutants: int | None,
    fail_under: float | None,
    verbose: bool,
    format_: str,
    **options: Any,
) -> None:
    """Run COMMAND, which runs tests, with wrong versions of the definition in FILE in its place, until the tests fail.

    pytest runs all of them in one process; any other command is run once for each, with a server of its own and the
    variables and options of exec. FILE itself is never written to.

    The exit code is 1 when a wrong version is not noticed, 2 when the tests fail as it is.
    """
    from interactor_emulator.explore.versions.verdicts import INTERRUPTED, text

    from .options import load

    _check(file, load)
    at = _pytest_at(arguments)
    if at is not None:
        result = _by_pytest(file, arguments, at, max_mutants, to_stderr=format_ == "json")
    else:
        from .mutating import by_command

        result = by_command(file, arguments, max_mutants, options)
    if result["mistake"]:
        raise ValueError(f"{file}: {result['mistake']}")
    if format_ == "json":
        say_json(result)
    else:
        terminal.say("\n".join(text(result, verbose=verbose, as_scenario=at is None)))
    interrupted = result["stopped"].endswith(INTERRUPTED)
    sys.exit(mistakes.INTERRUPTED if interrupted else 1 if _fails(result, fail_under) else 0)


def _fails(result: dict[str, Any], least: float | None) -> bool:
    if least is None:
        return bool(result["survived"])
    return result["score"] is not None and result["score"] < least


def _check(file: Path, load: Any) -> None:
    """Whether it is a definition at all is told before anything is run."""
    from interactor_emulator.emulator import Emulator, close_shared_pool

    try:
        load(Emulator(), file)
    finally:
        close_shared_pool()


_USAGE_ERROR = 4


def _remedy(status: int) -> str:
    """For a pytest that does not know our options, or theirs."""
    known = status != _USAGE_ERROR
    return "" if known else "; its plugin comes with pip install 'interactor-emulator[pytest]', beside this pytest"


_PYTEST = ("pytest", "py.test")


def _pytest_at(arguments: tuple[str, ...]) -> int | None:
    """Behind which word of the command pytest's own options stand: `pytest`, `uv run pytest`, `python -m pytest`."""
    for at, word in enumerate(arguments):
        if Path(word).stem in _PYTEST or Path(word).name in _PYTEST:
            before = arguments[at - 1] if at else ""
            return at + 1 if at == 0 or before in ("run", "-m") else None
    return None


def _by_pytest(file: Path, arguments: tuple[str, ...], at: int, most: int | None, *, to_stderr: bool) -> dict[str, Any]:
    """What its plugin has written, once it has ended. Raises ValueError when it has written nothing, and Abort where
    that is because of Ctrl-C."""
    from interactor_emulator.explore.versions.verdicts import COMMANDED, INTERRUPTED

    with TemporaryDirectory(prefix="interactor-mutate-") as folder, child() as process:
        written = Path(folder) / "result.json"
        own = ["--interactor-mutate", str(file), "--interactor-mutate-result", str(written)]
        own += [] if most is None else ["--interactor-mutate-max", str(most)]
        output = sys.stderr.fileno() if to_stderr else None
        try:
            status = process.run([*arguments[:at], *own, *arguments[at:]], {**os.environ, COMMANDED: "1"}, output)
        except OSError as error:
            raise ValueError(f"cannot run {arguments[0]}: {error.strerror}") from None
        if process.heard == signal.SIGINT and not written.exists():
            raise click.Abort
        if not written.exists():
            raise ValueError(f"pytest has ended with status {status}, and tried no mutant{_remedy(status)}")
        found: dict[str, Any] = json.loads(written.read_text("utf-8"))
        if process.heard == signal.SIGINT and not found["stopped"].endswith(INTERRUPTED):
            found["stopped"] = "; ".join(filter(None, (found["stopped"], INTERRUPTED)))
        return found
