"""Mutants of a definition tried by a command of any kind: it is run once for each, with a server of its own."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from interactor_emulator.definition.reading import read_definition
from interactor_emulator.emulator import close_shared_pool
from interactor_emulator.explore.versions.mutants import Source, mutants, spread
from interactor_emulator.explore.versions.verdicts import INTERRUPTED, Verdict, Verdicts
from interactor_emulator.explore.versions.weighing import Weighing
from interactor_emulator.jsontext import Json, equal
from interactor_emulator.projections.countable import Entered
from interactor_emulator.projections.coverage import Coverage, WorkflowCoverage
from interactor_emulator.services.coverage import add_account
from interactor_emulator.terminal import complain
from interactor_emulator.web.hosting.serving import Server

from .child import child
from .options import app_from, client_settings, emulator_from, published_files
from .progress import progress

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account

# As in pytest: ten times what the tests took with the definition as it is, and no less than this. Wall time, inferred.
_TIMES, _LEAST_SECONDS = 10, 5.0


def by_command(file: Path, arguments: tuple[str, ...], most: int | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """What came of it, as JSON. Raises ValueError when the command cannot be run."""
    source = read_definition(file)
    verdicts, trial = Verdicts(file), Trial(source, arguments, options)
    try:
        verdicts.mistake = trial.rehearse(file)
        if not verdicts.mistake:
            made = list(mutants(source))
            verdicts.rows = [Verdict(each) for each in (made if most is None else spread(made, most))]
            few = "" if len(verdicts.rows) == len(made) else f"{len(made)} mutants, of which {most} were wanted"
            verdicts.stopped = "; ".join(filter(None, (few, trial.judge(verdicts))))
        return verdicts.to_json()
    finally:
        close_shared_pool()


class Trial:
    """A command that is run with mutants of this definition."""

    def __init__(self, source: Source, arguments: tuple[str, ...], options: Mapping[str, Any]) -> None:
        self._source, self._arguments, self._options = source, arguments, options
        self._files = published_files(options["definitions"])
        self._touched: list[WorkflowCoverage] = []
        self._seconds = 0.0

    def rehearse(self, file: Path) -> str:
        """Run it with the definition as it is; what is wrong with that, if anything is."""
        coverage, began = Coverage(), perf_counter()
        status = self._run(None, coverage)
        self._seconds = perf_counter() - began
        if status:
            return f"the command fails as it is, with status {status}: it would with every mutant"
        self._touched = [each for each in coverage.workflows.values() if equal(each.definition.source, self._source)]
        name = self._source["name"]
        return "" if self._touched else f"the command starts no instance of {name} as it is in {file}"

    def judge(self, verdicts: Verdicts) -> str:
        """Say of each whether the command notices it; why that was stopped early, if it was."""
        weighing = Weighing(self._source)
        with progress("trying wrong versions") as tell:
            for number, verdict in enumerate(verdicts.rows):
                tell(number, len(verdicts.rows), f"{verdicts.count('survived')} not noticed")
                self._judge(verdict)
                if verdict.outcome == "survived":
                    weighing.weigh(verdict)
        return INTERRUPTED if tell.interrupted else weighing.stopped

    def _judge(self, verdict: Verdict) -> None:
        mutant = verdict.mutant
        if any(Entered(mutant.state) in each.taken for each in self._touched):
            try:
                status = self._run(mutant.source, Coverage())
                verdict.why = f"it ends with status {status}" if status else ""
            except TimeoutError:
                verdict.why = "it did not come to its end"
        verdict.outcome, verdict.test = ("noticed", self._arguments[0]) if verdict.why else ("survived", "")

    def _run(self, instead: Source | None, coverage: Coverage) -> int:
        """The command's status, with a mutant in place of the definition, or with none."""
        emulator = emulator_from(self._options, click.get_current_context())

        def substitute(posted: Mapping[str, Json]) -> Mapping[str, Json]:
            return posted if instead is None or not equal(posted, self._source) else instead

        def forgetting(account: "Account") -> None:
            add_account(coverage, account)

        emulator.account.substitutes.append(substitute)
        emulator.accounts.tell_of_forgetting(forgetting)
        undisturbed = instead is None
        with (
            TemporaryFile() as printed,
            child() as process,
            Server(app_from(emulator, self._options, self._files, "127.0.0.1")) as server,
        ):
            settings = {**os.environ, **client_settings(emulator, server.url)}
            # What it prints is wanted when it fails as it is, and never else.
            output = printed.fileno() if undisturbed else subprocess.DEVNULL
            seconds = None if undisturbed else max(_LEAST_SECONDS, _TIMES * self._seconds)
            try:
                status = process.run(self._arguments, settings, output, output, seconds)
            except TimeoutError:
                raise
            except OSError as error:
                raise ValueError(f"cannot run {self._arguments[0]}: {error.strerror}") from None
            if undisturbed and status:
                printed.seek(0)
                complain(printed.read().decode("utf-8", "replace").rstrip("\n"))
        for account in emulator.accounts:
            forgetting(account)
        if process.heard is not None:
            raise KeyboardInterrupt
        return status
