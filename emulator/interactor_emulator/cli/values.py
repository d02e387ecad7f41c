"""Options that many commands have, and values that are more than a word: `NAME=VALUE`, and JSON."""

from collections.abc import Iterable, Mapping

import click

from interactor_emulator.jsontext import AnyJson

_SHOWN_CHARACTERS = 80

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    # Who calls it says what he reads: it is no setting.
    allow_from_autoenv=False,
    help="For people, or for programs.",
)
"""Of every command that finds or shows something."""

secret_option = click.option(
    "--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret for scripts and HTTP logic."
)
"""Of those that run a definition by themselves."""


def pairs(option: str, values: Iterable[str], form: str = "NAME=VALUE", *, hidden: bool = False) -> Mapping[str, str]:
    """Texts of such a form as a mapping; what stands before may hold no `=`, a value may.

    `hidden`: what is wrong is not shown, since it may be a secret itself."""
    found: dict[str, str] = {}
    for value in values:
        name, separator, rest = value.partition("=")
        if not separator or not name:
            shown = "" if hidden else f", not '{value}'"
            raise click.UsageError(f"{option} takes {form}{shown}")
        found[name] = rest
    return found


def json_value(option: str, text: str) -> AnyJson:
    """What an option says in JSON. Raises ValueError, with the place of the mistake."""
    from interactor_emulator.definition.positions import Misread
    from interactor_emulator.definition.reading import value_of

    try:
        return value_of(text)
    except Misread as error:
        where = f"line {error.place.line}, column {error.place.column}"
        raise ValueError(f"{option}: {error} ({where}): {_short(text)}") from None


def json_object(option: str, text: str) -> Mapping[str, AnyJson]:
    """The same, of what must be an object."""
    value = json_value(option, text)
    if not isinstance(value, dict):
        raise ValueError(f"{option} takes a JSON object, not {_short(text)}")
    return value


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
