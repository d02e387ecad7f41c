"""`compare`: what a new version of a definition changes for those who use it."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from interactor_emulator import terminal
from interactor_emulator.definition.reading import read_definition
from interactor_emulator.redaction import redact

from . import mistakes
from .files import RECORDED, SNAPSHOT, existing
from .programs import say_json
from .progress import progress
from .values import pairs, secret_option

if TYPE_CHECKING:
    from interactor_emulator.explore.versions.behaviour import Source
    from interactor_emulator.explore.versions.comparing import Differences
    from interactor_emulator.explore.versions.retold import Retold
    from interactor_emulator.explore.versions.stranded import Stranded

_FORMATS = ("text", "json", "github")


@click.command(
    "compare",
    short_help="Say what a new version of a definition changes.",
    epilog="Example: interactor-emulator compare leave.json leave_new.json --histories traffic.json",
)
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD")
@click.argument("new", type=click.Path(path_type=Path), metavar="NEW")
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    callback=existing(SNAPSHOT),
    metavar="FILE",
    help="Also say who waits in this snapshot for what the new version does not have.",
)
@click.option("--url", help="The same of a running server: an emulator, or the service with INTERACTOR_TOKEN set.")
@click.option("--account", default="default", show_default=True, help="The account of the emulator at --url.")
@click.option(
    "--histories",
    multiple=True,
    type=click.Path(path_type=Path),
    callback=existing(RECORDED),
    metavar="FILE",
    help="Also say which of the runs that `record` has kept would now go another way; may be repeated.",
)
@secret_option
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="So long cases are searched for and played at most.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, or Markdown for a pull request.",
)
def command(
    old: Path,
    new: Path,
    snapshot: Path | None,
    url: str | None,
    account: str,
    histories: tuple[Path, ...],
    secrets: tuple[str, ...],
    seconds: float,
    format_: str,
) -> None:
    """Say what the definition in NEW changes for those who use the one in OLD: states and transitions gained and lost,
    and for each behaviour that is another one the smallest case that shows it. What changes nothing is not told.

    The exit code is 1 when a behaviour differs, 0 when none was found to; then the last line says whether all cases
    were played. It is 130 after Ctrl-C.
    """
    from interactor_emulator.emulator import Emulator, close_shared_pool

    from .comparison import WRITTEN, Compared, as_json
    from .options import load

    if snapshot is not None and url is not None:
        raise click.UsageError("--snapshot and --url both say who waits; name one of them")
    known = pairs("--secret", secrets, hidden=True)
    try:
        for file in (old, new):
            load(Emulator(), file)
        versions = _Versions(read_definition(old), read_definition(new), known)
        # First what may be mistaken: nobody waits for a search to be told of it.
        waiting = versions.waiting(snapshot, url, account)
        runs = versions.retold(histories)
        names = versions.workflow, versions.renamed_to
        came, stopped = versions.differences(seconds)
        found = Compared(old, new, *names, came, stopped, *waiting, runs)
    finally:
        close_shared_pool()
    if format_ == "json":
        say_json(redact(as_json(found), known.values()))
    else:
        terminal.say(redact(WRITTEN[format_](found), known.values()))
    sys.exit(mistakes.INTERRUPTED if came.interrupted else 1 if found.is_other else 0)


_PLAYED = 0.4
"""Of the time so much is for playing the cases."""


def _stopped(came: "Differences", ways_left: bool, took: float, seconds: float) -> str:
    """Why it was not gone through, in one sentence; empty if it was."""
    if came.interrupted and not came.in_all:
        return f"interrupted after {took:.1f} of {seconds:g} seconds, before a case was played"
    through = came.cases == came.in_all
    if through and not ways_left and not came.interrupted:
        return ""
    how = "interrupted " if came.interrupted else ""
    played = f"all {came.in_all} cases were" if through else f"{came.cases} of {came.in_all} cases were"
    ways = ", and not all ways were found" if ways_left else ""
    return f"{how}after {took:.1f} of {seconds:g} seconds: {played} played{ways}"


class _Versions:
    """The old and the new version, each in an emulator of its own."""

    def __init__(self, old: "Source", new: "Source", secrets: Mapping[str, str]) -> None:
        from interactor_emulator.explore.versions.behaviour import Runs

        self.workflow = str(old["name"])
        self.renamed_to = None if new["name"] == old["name"] else str(new["name"])
        self._secrets = secrets
        self._old, self._new = Runs(old, secrets), Runs(new, secrets)

    def differences(self, seconds: float) -> "tuple[Differences, str]":
        """Those that cases of both show, and why not all cases were found or played; empty if they were."""
        from interactor_emulator.explore.versions.comparing import differences
        from interactor_emulator.explore.versions.neighbours import Cases, cases

        began = perf_counter()
        each: list[Cases] = []
        came: Differences | None = None
        with progress("comparing") as tell:

            def found(number: int, what: str) -> None:
                tell(number, note=what)

            for runs in (self._old, self._new):
                each.append(cases(runs.source, seconds / 8, self._secrets, found))
            every = [case for one in each for case in one.scenarios]
            came = differences(self._old, self._new, every, _PLAYED * seconds, tell)
        if came is None:
            # What can be read off the two is known all the same.
            came = replace(differences(self._old, self._new, ()), interrupted=True)
        return came, _stopped(came, any(one.stopped for one in each), perf_counter() - began, seconds)

    def waiting(self, snapshot: Path | None, url: str | None, account: str) -> "tuple[int, list[Stranded] | None]":
        """How many wait, and those of them who wait for what the new version does not have; None where it is not asked
        who waits."""
        from interactor_emulator.definition.parse import parse
        from interactor_emulator.explore.versions.stranded import stranded

        from .waiting import in_server, in_snapshot

        if url is not None:
            waiting = in_server(url, account, self.workflow)
        elif snapshot is not None:
            waiting = in_snapshot(snapshot, self.workflow)
        else:
            return 0, None
        return len(waiting), list(stranded(waiting, parse(self._new.source)))

    def retold(self, files: Collection[Path]) -> "list[Retold] | None":
        """What becomes of each recorded run; None without files."""
        if not files:
            return None
        from interactor_emulator.explore.versions.retold import retold

        from .histories import recorded_runs

        return [retold(self._old, self._new, each) for each in recorded_runs(files, self.workflow)]
