"""The command line, `interactor-emulator`: a command a file, imported when it is called."""

import sys
from importlib import import_module

import click

from interactor_emulator import terminal

from .mistakes import INTERRUPTED, sentence

_NAME = "interactor-emulator"
_COMMANDS = {
    "serve": "Run the emulator's server.",
    "exec": "Run a command with a server of its own, and show its path coverage.",
    "tail": "Follow a running server: requests, states, deliveries.",
    "run": "Run a definition here, and print the path and the data.",
    "test-state": "Run one state alone, and print what it does and why.",
    "validate": "Find the errors of definitions, and what they hardly mean.",
    "test": "Run scenario files, and say what is not as expected.",
    "explore": "Find every way through a definition, and what is wrong with it.",
    "mutate": "Say which wrong versions of a definition the tests do not notice.",
    "fuzz": "Run definitions with made-up cases, and shrink what fails.",
    "compare": "Say what a new version of a definition changes for those who use it.",
    "graph": "Draw a definition as SVG, Mermaid or DOT.",
    "trigger": "Send one signed sample webhook to a receiver.",
    "certify": "Try a webhook receiver with good and hostile deliveries.",
    "contract": "Check a server that claims to be this API against the document's exchanges.",
    "record": "Keep what an app and the service say, as a proxy between them.",
    "replay": "Play a recording to the emulator, and say what it answers otherwise.",
    "guide": "Print the page that teaches an assistant to test a workflow.",
}


class _Late(click.Group):
    """Imports a command's file when the command is called, so that --help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from interactor_emulator.nearest import nearest  # late: only a mistaken name needs it

            near = nearest(args[0], _COMMANDS)
            meant = f"; did you mean {near}?" if near else ""
            raise click.UsageError(f"No such command '{args[0]}'{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_Late,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="An assistant begins with: interactor-emulator guide",
)
@click.version_option(package_name="interactor-emulator")
def group() -> None:
    """A local emulator of the Interactor workflow API."""


def main(arguments: list[str] | None = None) -> object:
    """The program. A mistake of its user is one line on standard error and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        terminal.prepare(stream)
    try:
        try:
            return group(arguments, _NAME, standalone_mode=False)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except click.ClickException as error:
        _show(error)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        terminal.unread()
        sys.exit(1)
    except (OSError, ValueError) as error:
        terminal.complain(f"{_NAME}: {sentence(error)}")
        sys.exit(2)


def _show(error: click.ClickException) -> None:
    """In one line, which names the command whose --help has the remedy."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = _NAME if context is None else context.command_path
    help_ = "" if context is None else f" ({command} --help)"
    terminal.complain(terminal.line(f"{command}: {error.format_message()}{help_}"))
