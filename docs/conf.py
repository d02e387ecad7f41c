"""How the pages become a site: `make docs`. It needs no network, and a link or a name that leads nowhere fails it."""

import os
import re
import tomllib
from pathlib import Path
from types import NoneType
from typing import Any, Union, get_args, get_origin

from interactor_emulator.adapters.http.egress import Target
from interactor_emulator.facade import words
from interactor_emulator.facade.emulator_clock import Instant
from interactor_emulator.facade.inbox import Heard
from interactor_emulator.version import __version__
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.util import inspect, logging, typing

ROOT = Path(__file__).parent.parent
SOURCE = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Homepage"] + "/blob/main/"

project = "interactor-emulator"
version = release = __version__
copyright = "the interactor-emulator authors"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = project
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
# A parameter a line where a signature would be longer than this.
maximum_signature_line_length = 100
python_use_unqualified_type_names = True
# Docstrings write code between single backticks, as the pages do.
default_role = "literal"
# A type that a signature names and no page describes fails the build; those of other libraries are on their own pages.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|datetime|pathlib|types|typing|concurrent|contextlib|enum|os|ssl|re)\..*"),
    (r"py:.*", r"(httpx|respx|starlette|pytest|hypothesis|_pytest|click)\..*|Starlette"),
]
# Unions and Literals that have a name of their own are shown by it.
_NAMED = {getattr(words, name): f"interactor_emulator.{name}" for name in words.__all__}
_NAMED |= {Target: "Target", Instant: "Instant", Heard: "Heard"}
_JSON = {bool, int, float, str, NoneType}
_written = typing.stringify_annotation


def _with_names(annotation: Any, /, mode: Any = "fully-qualified-except-typing", **options: Any) -> str:
    if get_origin(annotation) is Union and set(get_args(annotation)) >= _JSON:
        return "Json"
    try:
        named = _NAMED.get(annotation)
    except TypeError:  # what cannot be hashed has no name
        named = None
    return named or _written(annotation, mode, **options)


typing.stringify_annotation = inspect.stringify_annotation = _with_names  # before autodoc takes it from there

# Classes that a reader makes; of all others the emulator gives objects, and nobody need know how they are made.
_MADE = {"Emulator", "Client", "Inbox", "Bounds"}

_LEAVING = re.compile(r"(?<=\]\()((?:\.\./)+[^)#\s]+)(?=[)#])")


def setup(app: Sphinx) -> None:
    app.add_lexer("mermaid", TextLexer)
    app.connect("source-read", _with_contents)
    app.connect("source-read", _without_what_is_for_forges)
    app.connect("source-read", _lead_to_the_source)
    app.connect("autodoc-process-signature", _without_constructor)
    app.connect("autodoc-process-docstring", _with_code)


def _without_constructor(
    _app: Sphinx, kind: str, name: str, _object: object, _options: object, signature: str | None, _returned: str
) -> tuple[str, str] | None:
    return ("", "") if signature and kind == "class" and name.rpartition(".")[2] not in _MADE else None


def _with_code(_app: Sphinx, _kind: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """What is indented in a docstring is code."""
    code = [
        at
        for at in range(2, len(lines))
        if lines[at].startswith("    ") and not lines[at - 1] and not lines[at - 2].startswith(" ")
    ]
    for at in reversed(code):
        lines[at:at] = ["::", ""]


def _without_what_is_for_forges(_app: Sphinx, _page: str, content: list[str]) -> None:
    """A quotation that says where this site is."""
    content[0] = re.sub(r"^> On a forge .*\n(?:> .*\n)*", "", content[0], flags=re.M)


def _with_contents(_app: Sphinx, page: str, content: list[str]) -> None:
    """The first page's lists are the contents of the site as well; a page that is in none of them fails the build."""
    if page == "index":
        for section in content[0].split("\n## ")[1:]:
            links = re.findall(r"\]\(([^)#]+\.md)\)", section)
            pages = ["reference/fidelity.md" if link.endswith("FIDELITY.md") else link for link in links]
            caption = section.partition("\n")[0]
            content[0] += "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""])


def _lead_to_the_source(_app: Sphinx, page: str, content: list[str]) -> None:
    """Lead links to files beside `docs/` to where the source is: on a forge they are right as they stand."""
    content[0] = _LEAVING.sub(lambda found: _led(page, found[0]), content[0])


def _led(page: str, link: str) -> str:
    target = Path(os.path.normpath(ROOT / "docs" / Path(page).parent / link))
    if target.is_relative_to(ROOT / "docs"):
        return link
    if not target.exists():
        logging.getLogger(__name__).warning("%s links to %s, which is not there", page, link)
    if target == ROOT / "fixtures" / "FIDELITY.md":
        return os.path.relpath("reference/fidelity.md", Path(page).parent)
    return SOURCE + str(target.relative_to(ROOT))
