"""Settings of a command from files and the environment, below what the command line says.

"Settings come from the command line, then `INTERACTOR_EMULATOR_*` variables, then `--config` / `interactor.toml` /
`[tool.interactor-emulator]` in `pyproject.toml`. An unknown setting is an error that names the nearest known one."
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from interactor_emulator.adapters.script.making import SWITCH
from interactor_emulator.nearest import hint

from .files import must_be_file

PREFIX = "INTERACTOR_EMULATOR"
_OWN_FILE, _PROJECT_FILE, _TABLE = "interactor.toml", "pyproject.toml", "interactor-emulator"
_CONFIGURED = ("serve", "exec", "replay", "mutate")

# What only a file can say, beside the options of the command.
ONLY_IN_FILES = ("clients",)


class _Settings(NamedTuple):
    """What a file says; no file says nothing."""

    file: Path | None
    values: Mapping[str, object]


def from_files(context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """Put the settings of the file under those of the command line; a click callback of `--config`."""
    _check_environment(context)
    found = _settings(file)
    context.meta["file"] = found.file
    by_flag = {_key(flag): option for option in _options(context.command) for flag in option.opts}
    by_flag |= {str(option.name): option for option in _options(context.command)}
    defaults: dict[str, object] = {}
    for name, value in found.values.items():
        option = by_flag.get(_key(name))
        if name in ONLY_IN_FILES:
            context.meta[name] = value
        elif option is None:
            known = [key.replace("_", "-") for key in (*by_flag, *ONLY_IN_FILES)]
            raise click.UsageError(f"{found.file}: unknown setting {_shown(name)}{nearest(_shown(name), known)}")
        else:
            defaults[str(option.name)] = given = _value(option, f"{found.file}: setting {_shown(name)}", value)
            _check(context, option, given, f"{found.file}: {_shown(name)}")
    context.default_map = defaults
    return file


def said_at(context: click.Context, name: str) -> str:
    """Where the value of an option was given: the option itself, a variable, or a file and its key."""
    option = next(each for each in _options(context.command) if each.name == name)
    source = context.get_parameter_source(name)
    if source == ParameterSource.ENVIRONMENT:
        return _variable(option)
    if source == ParameterSource.DEFAULT_MAP:
        return f"{context.meta['file']}: {_shown(option.opts[0].lstrip('-'))}"
    return option.opts[0]


def nearest(name: str, known: Iterable[str]) -> str:
    """What a message about an unknown name ends with: the one that may be meant, or all that there are."""
    return f"; {hint(name, sorted(set(known)))}"


def _check_environment(context: click.Context) -> None:
    """No variable with our prefix that nothing reads, and none with a value that its option does not take."""
    for name in sorted(name for name in os.environ if name.startswith(f"{PREFIX}_")):
        if name not in (known := _variables()):
            raise click.UsageError(f"unknown variable {name}{nearest(name, known)}")
    for option in _options(context.command):
        if (given := option.value_from_envvar(context)) is not None:
            _check(context, option, given, _variable(option))


def _variables() -> set[str]:
    """All that some command reads: to know them, all commands are imported, for which no start without any waits."""
    commands = [import_module(f"{__package__}.{name}").command for name in _CONFIGURED]
    return {SWITCH, *(_variable(option) for command in commands for option in _options(command))}


def _check(context: click.Context, option: click.Option, value: object, where: str) -> None:
    try:
        option.type_cast_value(context, value)
    except click.BadParameter as error:
        raise click.UsageError(f"{where}: {error.message}") from None


def _options(command: click.Command) -> list[click.Option]:
    """Those that are settings: that may stand in a file, or in a variable."""
    return [each for each in command.params if isinstance(each, click.Option) and each.allow_from_autoenv]


def _variable(option: click.Option) -> str:
    return f"{PREFIX}_{str(option.name).upper()}"


def _key(flag: str) -> str:
    return flag.lstrip("-").replace("-", "_")


def _shown(name: str) -> str:
    return name.replace("_", "-")


def _settings(file: Path | None) -> _Settings:
    if file is not None:
        if not file.exists():
            must_be_file(file)
        return _Settings(file, _read(file))
    if Path(_OWN_FILE).is_file():
        return _Settings(Path(_OWN_FILE), _read(Path(_OWN_FILE)))
    if Path(_PROJECT_FILE).is_file():
        tools = _read(Path(_PROJECT_FILE)).get("tool")
        table = tools.get(_TABLE) if isinstance(tools, dict) else None
        return _Settings(Path(_PROJECT_FILE), table if isinstance(table, dict) else {})
    return _Settings(None, {})


def _read(file: Path) -> Mapping[str, Any]:
    # Late: --help reads no file, and a start without any has none to read.
    import tomllib

    from interactor_emulator.definition.positions import Place, place_of
    from interactor_emulator.definition.reading import BadFile, text_of

    text = text_of(file)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Like "Invalid value (at line 1, column 7)", or "(at end of document)".
        message, _, where = str(error).partition(" (at ")
        at = re.match(r"line (\d+), column (\d+)", where)
        place = place_of(text, len(text)) if at is None else Place(int(at[1]), int(at[2]))
        raise BadFile(file, place, f"not valid TOML: {message}") from None


def _value(option: click.Option, where: str, value: object) -> object:
    """As the option takes it from a command line: a table of names and values is what several `NAME=VALUE` are."""
    if option.multiple:
        return tuple(_several(value))
    if isinstance(value, dict | list):
        raise click.UsageError(f"{where} takes one value")
    return _text(value)


def _several(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{key}={_text(each)}" for key, each in value.items())
    else:
        yield from map(_text, value if isinstance(value, list) else [value])


def _text(value: object) -> str:
    """As one would write it on a command line; TOML has times and truth values of its own."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=from_files,
    help="A TOML file of these settings; interactor.toml, or a table in pyproject.toml, unless given.",
)
"""Where settings come from that the command line does not give."""
