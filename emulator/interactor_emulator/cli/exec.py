"""`exec`: a command with a server of its own, for the test runners of other languages."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator import terminal

from .child import Child, child
from .config import PREFIX, config_option
from .options import app_from, client_settings, definition_files, emulator_from, server_options

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account
    from interactor_emulator.projections.coverage import Coverage

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
@click.argument("arguments", nargs=-1, required=True, metavar="-- COMMAND…")
def command(arguments: tuple[str, ...], coverage_file: Path | None, **options: Any) -> None:
    """Start a server on a free port, run COMMAND with INTERACTOR_CORE_URL, INTERACTOR_AUTH_URL, INTERACTOR_CLIENT_ID,
    INTERACTOR_CLIENT_SECRET and INTERACTOR_TOKEN set, and stop the server.

    Then the path coverage and the diagnostics are printed on standard error. Exits with the command's status; signals
    are handed on to it.
    """
    from interactor_emulator.emulator import close_shared_pool
    from interactor_emulator.projections.coverage import Coverage
    from interactor_emulator.services.coverage import add_account
    from interactor_emulator.web.hosting.serving import Server

    files = definition_files(options["definitions"])
    emulator = emulator_from(options, click.get_current_context())
    coverage, findings = Coverage(), _Findings()

    def forgetting(account: "Account") -> None:
        add_account(coverage, account)
        findings.add(account)

    emulator.accounts.tell_of_forgetting(forgetting)
    with child() as process:
        try:
            with Server(app_from(emulator, options, files, "127.0.0.1")) as server:
                status = _run(process, arguments, {**os.environ, **client_settings(emulator, server.url)})
        finally:
            close_shared_pool()
        for account in emulator.accounts:
            forgetting(account)
        _show(coverage, findings)
        if coverage_file is not None:
            import json

            coverage_file.write_text(json.dumps(coverage.to_json(), indent=1) + "\n", "utf-8")
    sys.exit(status)


def _run(process: Child, arguments: tuple[str, ...], environment: dict[str, str]) -> int:
    try:
        return process.run(arguments, environment)
    except OSError as error:
        terminal.complain(f"interactor-emulator: cannot run {arguments[0]}: {error.strerror}")
        return _NOT_FOUND


class _Findings:
    """Diagnostics, each once, with how often."""

    def __init__(self) -> None:
        self.times: dict[str, int] = {}

    def add(self, account: "Account") -> None:

        for each in account.journal.notices:
            if each.provoked:
                continue
            text = terminal.line(f"{each.code}: {each.message} ({each.hint})")
            self.times[text] = self.times.get(text, 0) + 1


def _show(coverage: "Coverage", findings: _Findings) -> None:
    lines = ["", "path coverage", *(f"  {row}" for row in coverage.table())] if coverage else ["", "no instance ran"]
    if findings.times:
        lines += ["", "diagnostics"]
        lines += [f"  {text}" + (f" [{times} times]" if times > 1 else "") for text, times in findings.times.items()]
    terminal.complain("\n".join(lines))
