"""Settings of a command from files and the environment, below what the command line says.

"Settings come from the command line, then `INTERACTOR_EMULATOR_*` variables, then `--config` / `interactor.toml` /
`[tool.interactor-emulator]` in `pyproject.toml`."
"""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

PREFIX = "INTERACTOR_EMULATOR"
_OWN_FILE, _PROJECT_FILE, _TABLE = "interactor.toml", "pyproject.toml", "interactor-emulator"

# What only a file can say, beside the options of the command.
ONLY_IN_FILES = ("clients",)


def from_files(context: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """Put the settings of the file under those of the command line; a click callback of `--config`."""
    found = _settings(file)
    options = {option.name: option for option in context.command.params if isinstance(option, click.Option)}
    named = {name.replace("-", "_"): value for name, value in found.items()}
    by_flag = {flag.lstrip("-").replace("-", "_"): name for name, each in options.items() for flag in each.opts}
    by_flag |= {str(each.name): str(each.name) for each in options.values()}
    defaults: dict[str, object] = {}
    for name, value in named.items():
        if name in ONLY_IN_FILES:
            context.meta[name] = value
        elif name in by_flag:
            defaults[str(by_flag[name])] = _value(options[by_flag[name]], name, value)
        else:
            near = get_close_matches(name, [*by_flag, *ONLY_IN_FILES], n=1)
            hint = f"; did you mean {near[0].replace('_', '-')}?" if near else ""
            raise click.UsageError(f"{file or _OWN_FILE}: unknown setting {name.replace('_', '-')}{hint}")
    context.default_map = defaults
    return file


def _settings(file: Path | None) -> Mapping[str, object]:
    if file is not None:
        return _read(file)
    if Path(_OWN_FILE).is_file():
        return _read(Path(_OWN_FILE))
    if Path(_PROJECT_FILE).is_file():
        table = _read(Path(_PROJECT_FILE)).get("tool", {}).get(_TABLE, {})
        return table if isinstance(table, dict) else {}
    return {}


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: not valid TOML: {error}") from None


def _value(option: click.Option, name: str, value: object) -> object:
    """As the option takes it: a table of names and values is what several `NAME=VALUE` are."""
    if option.multiple:
        if isinstance(value, dict):
            return tuple(f"{key}={_text(each)}" for key, each in value.items())
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
    if isinstance(value, dict | list):
        raise click.UsageError(f"setting {name.replace('_', '-')} takes one value")
    return value


def _text(value: object) -> str:
    """As a command line has it: TOML's booleans are spelled as they are there."""
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
