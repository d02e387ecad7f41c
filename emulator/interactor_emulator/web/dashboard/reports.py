"""Reports as files: one page that needs nothing else, with the templates and the look of the dashboard."""

from functools import cache
from importlib.resources import files

from markupsafe import Markup

from interactor_emulator.version import __version__

from .rendering import environment


def page(template: str, title: str, **values: object) -> str:
    """The page that this template makes of the values; its style stands in it."""
    found = environment().get_template(f"reports/{template}")
    return found.render(title=title, style=_style(), of_emulator=__version__, **values)


@cache
def _style() -> Markup:
    return Markup(files(__package__).joinpath("static", "style.css").read_text("utf-8"))
