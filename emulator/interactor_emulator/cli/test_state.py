"""`test-state`: one state of a definition alone, in this process."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from interactor_emulator import terminal
from interactor_emulator.errors import InvalidWorkflow, ValidationError
from interactor_emulator.redaction import redact

from .here import emulator_here, emulator_options
from .programs import say_json
from .values import format_option, json_object

_EXAMPLE = """Example: interactor-emulator test-state leave.json ask --data '{"days": 3}' --input '{"ok": true}'"""


@click.command("test-state", short_help="Run one state alone, and print what it does and why.", epilog=_EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("state")
@click.option(
    "--input", "input_", metavar="JSON", help="What scripts see as `input`; in a halting state a person's answer."
)
@click.option("--data", default="{}", metavar="JSON", help="The workflow_data that the state finds.")
@click.option("--choice", metavar="KEY", help="The key that a person chooses.")
@click.option("--namespace", help="The namespace of the instance.")
@emulator_options
@format_option
def command(
    file: Path,
    state: str,
    input_: str | None,
    data: str,
    choice: str | None,
    namespace: str | None,
    format_: str,
    **options: Any,
) -> None:
    """Run STATE of the definition in FILE alone, with the data given, and print its result, the transition that it
    takes and every condition that was looked at, with the values it saw.

    In a halting state --input is the answer; without one, and without --choice, it is shown as a person sees it. The
    exit code is 1 when the state fails, or no transition holds.
    """
    from interactor_emulator.emulator import close_shared_pool

    from .files import must_be_file
    from .findings import DefinitionFile
    from .noticed import Findings
    from .options import refused

    emulator = emulator_here(options)
    hidden = emulator.account.secrets.ever
    given = None if input_ is None else json_object("--input", input_)
    found = json_object("--data", data)
    must_be_file(file)
    definition = DefinitionFile(file)
    try:
        tested = emulator.test_state(definition.source, state, given, found, choice=choice, namespace=namespace)
    except InvalidWorkflow as error:
        raise refused(definition, error) from None
    except ValidationError as error:
        raise click.UsageError("; ".join(message for _, message in error.faults)) from None
    finally:
        close_shared_pool()
    noticed = Findings(in_options=True)
    for each in tested.diagnostics:
        noticed.note(each)
    if format_ == "json":
        from interactor_emulator.wire import seen

        say_json(redact(seen.state_tested(tested, emulator.account.secrets.ever), hidden))
    else:
        terminal.say(redact(tested.explain(), hidden))
        terminal.say("data: " + json.dumps(redact(tested.data, hidden), indent=2, ensure_ascii=False))
    for told in noticed.lines():
        terminal.complain(f"noticed: {redact(told, hidden)}")
    sys.exit(1 if tested.wrong else 0)
