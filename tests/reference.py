"""The tables of `docs/reference` that are written from those in the code; `documents.py` puts them into their pages."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, is_typeddict

import click
from interactor_emulator import Emulator, Limits, errors, limits
from interactor_emulator.cli import exec as exec_command
from interactor_emulator.cli import serve
from interactor_emulator.cli.config import ONLY_IN_FILES, PREFIX
from interactor_emulator.contract.probes import PROBES
from interactor_emulator.definition.conditions import OPERATORS
from interactor_emulator.errors import InteractorError
from interactor_emulator.facade import words
from interactor_emulator.variants import VARIANTS
from interactor_emulator.web.dashboard.variant_words import MEANINGS
from interactor_emulator.web.endpoints.operations import OPERATIONS
from interactor_emulator.wire.schemas import members_of
from interactor_fixtures import rules
from pytest_interactor import options, plugin


def row(*cells: str) -> str:
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"


def table(*head: str, rows: Iterable[str]) -> str:
    return "\n".join([row(*head), "|---" * len(head) + "|", *rows]) + "\n"


def names(found: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in found)


# ---- errors


def errors_of_the_api() -> list[type[InteractorError]]:
    found = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, InteractorError)]
    return [each for each in found if each is not InteractorError]


def said(thing: object) -> list[str]:
    """The paragraphs of a docstring, a line each."""
    return [" ".join(each.split()) for each in inspect.cleandoc(getattr(thing, "__doc__", "") or "").split("\n\n")]


def error_codes() -> str:
    return table(
        "code, status, class in Python", "when", "what to do",
        rows=(
            row(f"`{each.code}` {each.status} `{each.__name__}`", *said(each)[:2]) for each in errors_of_the_api()
        ),
    )  # fmt: skip


# ---- limits


def sentences() -> dict[str, str]:
    """What stands below each limit in its class."""
    tree = ast.parse(Path(limits.__file__).read_text("utf-8"))
    (body,) = (each.body for each in tree.body if isinstance(each, ast.ClassDef) and each.name == "Limits")
    found = {}
    for one, after in pairwise(body):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            below = after.value if isinstance(after, ast.Expr) else None
            assert isinstance(below, ast.Constant), f"{one.target.id} has no sentence"
            found[one.target.id] = " ".join(str(below.value).split())
    return found


def service_limits() -> str:
    return table("limit", "number", "where it comes from", "beyond", rows=_limits())


def _limits() -> Iterator[str]:
    found = sentences()
    for each in fields(Limits):
        source, _, beyond = found[each.name].partition(" Beyond: ")
        yield row(f"`{each.name}`", _number(each.name, each.default), source, beyond.removesuffix("."))


def _number(name: str, value: Any) -> str:
    for ending, unit, what in (
        ("bytes", limits.MB, "MB"),
        ("bytes", limits.KB, "KB"),
        ("seconds", limits.DAY, "days"),
        ("seconds", limits.HOUR, "h"),
    ):
        if name.endswith(ending) and value >= unit and value % unit == 0:
            return f"{value // unit} {what}"
    return f"{value:,}"


# ---- variants


def variants() -> str:
    return table(
        "variant",
        "what it is about",
        "values",
        "the document, or who says so",
        "`--calibrate` looks at",
        rows=_variants(),
    )


def _variants() -> Iterator[str]:
    told = {each["variant"]: each["rule"] for part in rules() for each in part["rules"] if _is_variant(each)}
    for name, values in VARIANTS.items():
        about, meanings = MEANINGS[name]
        listed = "; ".join(
            f"`{value}`{' (default)' if value == values[0] else ''}: {meanings[value]}" for value in values
        )
        yield row(f"`{name}`", about, listed, told[name].partition("; ")[2], said(PROBES[name])[0])


def _is_variant(rule: Mapping[str, str]) -> bool:
    return rule["id"].startswith("variant-")


# ---- settings

# What the command line calls otherwise than Python.
_ALSO = {"freeze": "frozen", "no_rate_limits": "rate_limits"}
_IN_PYTHON = {
    "seed": "a whole number: with the same calls at the same times it gives the same ids, and the same `Math.random`",
    "now": "where the clock starts: a text like 2026-01-20T12:00:00Z, or a datetime; else the wall clock's time",
    "frozen": "whether the clock stands; left out in Python: where `now` is given",
    "limits": "numbers of the service to change, by name: [limits](limits.md)",
    "rate_limits": "whether too many requests are refused; `serve` and `exec` refuse them unless `--no-rate-limits`",
    "execution": "`inline`: a create or resume answers where the instance rests; `background`: at once, `running`",
    "secrets": "values by name, for scripts and HTTP logic; never shown",
    "routes": "where an origin is led, `https://yourapp.com=http://127.0.0.1:3000`; in Python also to an app",
    "allow_egress": "names of hosts that HTTP logic and webhooks may really reach",
    "loopback_egress": "whether HTTP logic and webhooks may reach this machine; with `serve` and `exec` they may",
    "definitions": "`serve`, `exec`: files and folders to load at the start; Python: folders in which `load` looks",
    "webhook_timestamps": "which clock dates the headers of webhooks: `wall`, or `virtual`, the emulator's",
    "token_timestamps": "which clock dates tokens: `virtual`, the emulator's, or `wall`",
    "clients": "who may ask for tokens beside `client_dev` with the secret `secret_dev`",
    "variants": "what the service does otherwise, by name: [variants](variants.md)",
}
_ONLY_BY_MARKER = {
    "workflow": "what is loaded and published before the test: whatever `emulator.load` takes",
    "expected_diagnostics": "codes of [diagnostics](diagnostics.md) that the test means to bring about",
    "faults": "fault rules: names of effects, or what `faults.webhook` or `faults.call` takes",
}


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: what it is called by whom, its default, and what it is."""

    option: str
    by_serve: bool
    by_exec: bool
    variable: str
    in_python: str
    default: str
    meaning: str


def settings() -> str:
    return table(
        "option, name in Python", "for", f"variable, after `{PREFIX}_`", "default", "what it is",
        rows=(
            row(
                ", ".join(filter("–".__ne__, [each.option, each.in_python])),
                ", ".join(_whose(each)),
                each.variable,
                each.default,
                each.meaning,
            )
            for each in _settings()
        ),
    )  # fmt: skip


def _whose(setting: Setting) -> Iterator[str]:
    if setting.by_serve:
        yield "`serve`"
    if setting.by_exec:
        yield "`exec`"
    if setting in _OF_THE_MARKER:
        yield "the marker alone"
    elif setting.in_python != "–":
        yield "Python"


def marker() -> str:
    return table(
        "argument",
        "what it is",
        rows=(row(each.in_python, each.meaning) for each in _settings() if each.in_python != "–"),
    )


def _settings() -> Iterator[Setting]:
    serving, executing = _options(serve.command), _options(exec_command.command)
    in_python = dict(list(inspect.signature(Emulator.__init__).parameters.items())[1:])
    done = set()
    for name, option in {**serving, **executing}.items():
        python = _ALSO.get(name, name)
        done.add(python)
        yield Setting(
            f"`{option.opts[0]}`",
            name in serving,
            name in executing,
            f"`{name.upper()}`" if option.allow_from_autoenv else "–",
            f"`{python}`" if python in in_python else "–",
            _default(option.default, in_python.get(python)),
            _IN_PYTHON.get(python) or (option.help or "").rstrip("."),
        )
    for name, parameter in in_python.items():
        if name not in done:
            in_file = f"`[[{name}]]`, in a file" if name in ONLY_IN_FILES else "–"
            default = _default(None, parameter)
            yield Setting(in_file, False, False, "–", f"`{name}`", default, _IN_PYTHON[name])
    yield from _OF_THE_MARKER


_OF_THE_MARKER = [
    Setting("–", False, False, "–", f"`{name}`", "none", meaning) for name, meaning in _ONLY_BY_MARKER.items()
]


def _options(command: click.Command) -> dict[str, click.Option]:
    return {str(each.name): each for each in command.params if isinstance(each, click.Option)}


def _default(option: Any, parameter: inspect.Parameter | None) -> str:
    if isinstance(option, bool):
        return "off"
    value = option if isinstance(option, str | int) and not isinstance(option, bool) else None
    if value is None and parameter is not None and isinstance(parameter.default, str):
        value = parameter.default
    return "none" if value is None or value == "" else f"`{value}`"


# ---- words


def literals() -> str:
    return table(
        "name", "texts", rows=(row(f"`{name}`", names(get_args(getattr(words, name)))) for name in words.__all__)
    )


# ---- conditions

_VALUES: Mapping[str, Any] = {"1": 1, '"b"': "b", "true": True, "null": None}
_SEEN: Mapping[str, Any] = {
    "missing, or `null`": None,
    "`1`": 1,
    "`2`": 2,
    '`"1"`': "1",
    '`"b"`': "b",
    '`"abc"`': "abc",
    "`true`": True,
    '`[1, "b"]`': [1, "b"],
    "`{}`": {},
}
_OF_ORDER = ("gt", "gte", "lt", "lte")


def operators() -> str:
    return table("condition", *_SEEN, rows=_operators())


def _operators() -> Iterator[str]:
    for name, holds in OPERATORS.items():
        values = {"[1, null]": [1, None]} if name == "in" else _VALUES
        for text, value in values.items():
            if name not in _OF_ORDER or text in ("1", '"b"'):
                yield row(f"`{name}` `{text}`", *("✓" if holds(seen, value) else "–" for seen in _SEEN.values()))


# ---- the API


def calls() -> str:
    return table("call", "scope, rate, answer", "may also be refused with", rows=_calls())


def _calls() -> Iterator[str]:
    for each in OPERATIONS:
        answer = [str(each.status), *([] if each.content_type == "application/json" else [f"`{each.content_type}`"])]
        yield row(
            f"`{each.method} {each.path}`: {each.summary}",
            ", ".join([f"`{each.scope}`", each.category, *answer]),
            names(dict.fromkeys(error.code for error in each.refusals)) or "–",
        )


def given() -> str:
    return table("call", "parameters of the query", "members of the body", "also hears", rows=_given())


def _given() -> Iterator[str]:
    for each in OPERATIONS:
        headers = [
            name for name, heard in (("Idempotency-Key", each.idempotent), ("X-Namespace", each.namespaced)) if heard
        ]
        body = "a definition" if each.members is None else names(each.members)
        query = [f"{name} (required)" if name in each.required else name for name in each.query]
        if query or body or headers:
            yield row(f"`{each.method} {each.path}`", names(query), body, names(headers))


def answers() -> str:
    return table(
        "call", "members of `data`",
        rows=(row(f"`{each.method} {each.path}`", _answered(each.answer)) for each in OPERATIONS if not each.stream),
    )  # fmt: skip


def _answered(kind: type | None) -> str:
    """Its members, those in brackets that are not always there; of a list what each of it has."""
    if kind is None:
        return "nothing"
    members, needed = members_of(kind)
    told = []
    for name, shape in members.items():
        of = next(iter(get_args(shape)), None)
        each = f" (each with {names(of.__annotations__)})" if is_typeddict(of) else ""
        told.append(f"`{name}`{each}" if name in needed else f"[`{name}`{each}]")
    return ", ".join(told)


# ---- pytest


def fixtures() -> str:
    return table("fixture", "scope", "what it gives", rows=_fixtures())


def _fixtures() -> Iterator[str]:
    for each in ast.parse(Path(plugin.__file__).read_text("utf-8")).body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            for decorator in map(ast.unparse, each.decorator_list):
                if decorator.startswith("pytest.fixture"):
                    scope = "session" if "session" in decorator else "function"
                    yield row(f"`{each.name}`", scope, " ".join((ast.get_docstring(each) or "").split()))


class _Heard:
    """A parser of options that writes them down."""

    def __init__(self) -> None:
        self.options: list[str] = []
        self.ini: list[str] = []

    def getgroup(self, *_: str) -> "_Heard":
        return self

    def addoption(self, name: str, **told: Any) -> None:
        value = told.get("metavar") or "|".join(told.get("choices", ())) or ("N" if "type" in told else "")
        shown = f"`{name}[={value}]`" if told.get("nargs") else f"`{name}{'=' if value else ''}{value}`"
        self.options.append(row(shown, told["help"]))

    def addini(self, name: str, help_: str, type_: str = "string", default: object = None) -> None:
        shown = ", ".join(map(str, default)) if isinstance(default, list) else str(default).lower()
        self.ini.append(row(f"`{name}`", help_, type_, f"`{shown}`" if shown else "none"))


def plugin_options() -> str:
    heard = _Heard()
    options.add(heard)  # type: ignore[arg-type]  # as much of a parser as it uses
    return table("option", "what it does", rows=heard.options)


def plugin_ini() -> str:
    heard = _Heard()
    options.add(heard)  # type: ignore[arg-type]  # the same
    return table("key", "what it says", "kind", "default", rows=heard.ini)
