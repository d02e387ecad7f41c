"""`exec`: a command with a server of its own, for the test runners of other languages."""

import os
import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from interactor_emulator import terminal
from interactor_emulator.clock import timestamp, wall_ms
from interactor_emulator.redaction import redact

from .child import Child, child
from .config import PREFIX, config_option
from .mistakes import sentence
from .noticed import Findings
from .options import app_from, client_settings, emulator_from, published_files, server_options
from .programs import say_json
from .values import format_option

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account
    from interactor_emulator.projections.coverage import Coverage
    from interactor_emulator.projections.gates import Gates, Verdict
    from interactor_emulator.wire.control import CoverageAnswer

    from . import shapes

_SHOWN = 80  # characters of a command
_NOT_WRITTEN = 2
_NOT_FOUND = 127  # what a shell answers for a command that is not there


@click.command(
    "exec",
    short_help="Run a command with a server of its own.",
    epilog="Example: interactor-emulator exec --definitions definitions/ -- npm test",
    context_settings={"auto_envvar_prefix": PREFIX, "ignore_unknown_options": False, "allow_interspersed_args": False},
)
@config_option
@server_options
@click.option(
    "--coverage",
    "coverage_file",
    type=click.Path(path_type=Path),
    help="A .json file for the path coverage, which pytest adds up with --interactor-coverage-from.",
)
@click.option(
    "--coverage-fail-under",
    "gates",
    multiple=True,
    metavar="[NAME=]PERCENT",
    help="Status 1 when less of all workflows together was taken, or of the one that is named; may be repeated.",
)
@click.option(
    "--report",
    "reports",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A .md, .html or .json file for the Workflow Implementation Report; may be repeated.",
)
@format_option
@click.argument("arguments", nargs=-1, required=True, metavar="-- COMMAND…")
def command(
    arguments: tuple[str, ...],
    coverage_file: Path | None,
    gates: tuple[str, ...],
    reports: tuple[Path, ...],
    format_: str,
    **options: Any,
) -> None:
    """Start a server on a free port, run COMMAND with INTERACTOR_CORE_URL, INTERACTOR_AUTH_URL, INTERACTOR_CLIENT_ID,
    INTERACTOR_CLIENT_SECRET and INTERACTOR_TOKEN set, and stop the server.

    Then the path coverage and the diagnostics are printed on standard error. With --format json they are one document
    on standard output, and what COMMAND prints goes to standard error. Exits with the command's status; signals are
    handed on to it.
    """
    from interactor_emulator.emulator import close_shared_pool
    from interactor_emulator.projections.coverage import Coverage
    from interactor_emulator.projections.gates import verdicts
    from interactor_emulator.services.coverage import add_account
    from interactor_emulator.web.hosting.serving import Server

    for file in reports:
        _check_ending(file)
    wanted, files = _gates(gates), published_files(options["definitions"])
    emulator = emulator_from(options, click.get_current_context())
    coverage, findings = Coverage(), Findings()
    names: set[str] = set()

    def forgetting(account: "Account") -> None:
        ran = redact(shlex.join(arguments), account.secrets.ever)[:_SHOWN]
        names.add(ran)
        add_account(coverage, account, ran if account.name == "default" else f"{ran}::{account.name}")
        findings.add(account)

    emulator.accounts.tell_of_forgetting(forgetting)
    with child() as process:
        try:
            with Server(app_from(emulator, options, files, "127.0.0.1")) as server:
                environment = {**os.environ, **client_settings(emulator, server.url)}
                status = _run(process, arguments, environment, sys.stderr.fileno() if format_ == "json" else None)
        finally:
            close_shared_pool()
        if options["snapshot"] is not None:
            from .kept import write

            write(emulator, options["snapshot"])
        for account in emulator.accounts:
            forgetting(account)
        coverage.commands = dict.fromkeys(names, status)
        reached = list(verdicts(wanted, coverage))
        if format_ == "json":
            hidden = [secret for account in emulator.accounts for secret in account.secrets.ever]
            say_json(redact(_as_json(status, coverage, findings, reached), hidden))
        else:
            _show(coverage, findings, reached)
        unwritten = [] if coverage_file is None else _unwritten(coverage_file, coverage, _write_coverage)
        for report in reports:
            unwritten += _unwritten(report, coverage, _write_report)
    sys.exit(status or (_NOT_WRITTEN if unwritten else int(not all(each.reached for each in reached))))


def _unwritten(file: Path, coverage: "Coverage", write: "Callable[[Path, Coverage], None]") -> list[Path]:
    """The file where it could not be written, which is told: the others are, and the command's status stays."""
    try:
        write(file, coverage)
    except OSError as error:
        terminal.complain(f"interactor-emulator: {sentence(error)}")
        return [file]
    return []


def _write_coverage(file: Path, coverage: "Coverage") -> None:
    import json

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(coverage.to_json(), indent=1) + "\n", "utf-8")


def _write_report(file: Path, coverage: "Coverage") -> None:
    from interactor_emulator.reports import implementation

    implementation.write(file, coverage, timestamp(wall_ms())[:10])
    terminal.complain(f"Workflow Implementation Report written to {file}")


def _gates(texts: tuple[str, ...]) -> "Gates":
    from interactor_emulator.projections.gates import gates_from

    try:
        return gates_from(texts)
    except ValueError as error:
        raise click.UsageError(f"--coverage-fail-under: {error}") from None


def _check_ending(report: Path) -> None:
    """Before anything runs: a file that cannot be meant, or written."""
    from interactor_emulator.reports.implementation import ENDINGS

    if report.suffix not in ENDINGS:
        raise click.UsageError(f"--report {report}: a file ends in {' or '.join(ENDINGS)}")


def _run(process: Child, arguments: tuple[str, ...], environment: dict[str, str], output: int | None) -> int:
    try:
        return process.run(arguments, environment, output)
    except OSError as error:
        terminal.complain(f"interactor-emulator: cannot run {arguments[0]}: {error.strerror}; is it on PATH?")
        return _NOT_FOUND


def _as_json(status: int, coverage: "Coverage", findings: Findings, gates: "Iterable[Verdict]") -> "shapes.Executed":
    return {
        "status": status,
        "coverage": cast("CoverageAnswer", coverage.to_json()),
        "table": list(coverage.table()) if coverage else [],
        "gates": [
            {"workflow": each.workflow, "required": each.required, "percent": each.percent, "reached": each.reached}
            for each in gates
        ],
        "diagnostics": findings.as_json(),
    }


def _show(coverage: "Coverage", findings: Findings, gates: "Iterable[Verdict]") -> None:
    lines = ["", "path coverage", *(f"  {row}" for row in coverage.table())] if coverage else ["", "no instance ran"]
    if noticed := findings.lines():
        lines += ["", "diagnostics", *(f"  {each}" for each in noticed)]
    terminal.complain("\n".join([*lines, *(each.said for each in gates)]))
