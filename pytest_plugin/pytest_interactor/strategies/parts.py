"""What states are made of: values, texts, conditions, logic, presentations, instructions.

Fields and values come from small pools, so that what one part writes another one reads: a condition over random names
would never hold.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

from .features import Feature

Strategy: TypeAlias = st.SearchStrategy[Any]
Features: TypeAlias = frozenset[Feature]

NAMES = ("a", "b", "c")
FIELDS = (*NAMES, "order.total", "items.0.price")
ORIGIN = "https://api.example"
"""Where all HTTP logic calls, so that one stub answers it: `https://api.example*`."""

VALUES: Strategy = (
    st.integers(0, 3)
    | st.booleans()
    | st.sampled_from(["x", "xy", ""])
    | st.none()
    | st.sampled_from([0.5, -1.5, 10**6])
)
ANY: Strategy = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def members(needed: Mapping[str, Strategy], features: Features, **optional: Strategy | None) -> Strategy:
    """An object with what it needs, and maybe with these; None stands for a member that a feature leaves out."""
    allowed = {name: each for name, each in optional.items() if each is not None}
    if "odd" in features:
        allowed = {name: each | st.none() for name, each in allowed.items()} | {"note": ANY}
    return st.fixed_dictionaries(dict(needed), optional=allowed)


@cache
def values(features: Features) -> Strategy:
    """What conditions compare with."""
    return VALUES | st.lists(VALUES, max_size=2) | (ANY if "odd" in features else st.nothing())


@cache
def texts(features: Features) -> Strategy:
    """Texts for people, with templates in them."""
    plain = ["text", "", "é <b> 日本"]
    if "templates" in features:
        plain += ["${workflow_data.a}", "a is ${workflow_data.a}, $${workflow_data.order.total}", "${input.b}"]
        plain += ["${context.state_name} ${workflow_data.nothing}"]
    if {"templates", "odd"} <= features:
        plain += ["${nothing.x}", "${", "${secrets.KEY}", "{{ a }}"]
    return st.sampled_from(plain)


@cache
def conditions(features: Features) -> Strategy:
    """Conditions of all shapes that the features allow."""
    fields = st.sampled_from(FIELDS)
    given = values(features)
    shapes = [st.fixed_dictionaries({"field": fields, name: given}) for name in ("equals", "not_equals")]
    if "operators" in features:
        words = st.sampled_from(["equals", "not_equals", "gt", "gte", "lt", "lte", "contains"])
        shapes.append(st.fixed_dictionaries({"field": fields, "operator": words, "value": given}))
        several = st.lists(VALUES, max_size=3)
        shapes.append(st.fixed_dictionaries({"field": fields, "operator": st.just("in"), "value": several}))
    plain = st.one_of(shapes)
    if "nesting" not in features:
        return plain
    once = _joined(plain)
    return plain | once | _joined(plain | once)


def _joined(clause: Strategy) -> Strategy:
    clauses = st.lists(clause, max_size=2)
    return st.fixed_dictionaries({"and": clauses}) | st.fixed_dictionaries({"or": clauses})


_CODES = (
    "return { ...input }",
    "return {}",
    "",
    "return { a: (workflow_data.a || 0) + 1 }",
    "if (input.a > 2) return { b: true }; return { b: false }",
    "console.log('a is', input.a); return { c: input.a, order: { total: Number(input.b) || 0 } }",
    "const { a } = input; return { items: [{ price: a }], at: new Date().toISOString() }",
)
_THROWING = ("throw new Error('no')", "return [1]", "return workflow_data.nothing.at_all")


@cache
def _scripts(features: Features) -> Strategy:
    made = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=2).map(lambda data: f"return {json.dumps(data)}")
    codes = st.sampled_from(_CODES) | made
    if "throwing" in features:
        codes |= st.sampled_from(_THROWING)
    return members({"type": st.just("script"), "code": codes}, features, output=_outputs(features))


@cache
def _outputs(features: Features) -> Strategy | None:
    if "output" not in features:
        return None
    paths = st.sampled_from(["a", "order", "order.checked"])
    extract = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "order.total"]), max_size=2)
    modes = st.sampled_from(["replace", "merge"])
    return paths | members({}, features, path=paths, mode=modes, extract=extract)


@cache
def _calls(features: Features) -> Strategy:
    urls = [f"{ORIGIN}/orders"]
    if "templates" in features:
        urls += [f"{ORIGIN}/orders/${{workflow_data.a}}", f"{ORIGIN}/?b=${{input.b}}&who=${{context.instance_id}}"]
    retry = members({"attempts": st.integers(1, 3)}, features, backoff=st.sampled_from(["linear", "exponential"]))
    timeouts = st.integers(1, 60_000) | st.sampled_from([0.5, 1500.0])
    headers = st.dictionaries(st.sampled_from(["X-Key", "Authorization"]), st.sampled_from(_HEADERS), max_size=2)
    return members(
        {
            "type": st.just("http"),
            "method": st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
            "url": st.sampled_from(urls),
        },
        features,
        headers=headers if "templates" in features else None,
        body=st.dictionaries(st.sampled_from(NAMES), texts(features) | VALUES, max_size=2),
        timeout=timeouts | st.just(10**400) if "odd" in features else timeouts,
        retry=retry if "retry" in features else None,
        output=_outputs(features),
    )


_HEADERS = ("plain", "Bearer ${secrets.KEY}", "${workflow_data.a}")


@cache
def logic(features: Features) -> Strategy | None:
    """A script or a call, or several of them; None without either."""
    kinds = [make(features) for name, make in (("scripts", _scripts), ("http", _calls)) if name in features]
    if not kinds:
        return None
    one = st.one_of(kinds)
    return one | st.lists(one, max_size=2) if "lists" in features else one


@cache
def _options(features: Features) -> Strategy:
    option = members(
        {"value": st.sampled_from(["x", "y", "z"]), "label": texts(features)},
        features,
        description=texts(features) if "descriptions" in features else None,
    )
    several = st.lists(option, min_size=2, max_size=3)
    return several | st.just("${workflow_data.options}") if {"templates", "odd"} <= features else several


_DATES = st.sampled_from(["2026-01-20", "2026-12-31", "2025-02-28"])
_NUMBERS = st.integers(0, 3) | st.sampled_from([0.5, -1.5])


@cache
def _fields(features: Features) -> Strategy:
    """A field of any of the six types, with properties of its type."""
    own: Mapping[str, Mapping[str, Strategy]] = {
        "string": {"multiline": st.booleans(), "placeholder": texts(features), "maxLength": st.integers(0, 5)},
        "number": {"min": _NUMBERS, "max": _NUMBERS, "step": st.sampled_from([1, 0.5])},
        "boolean": {},
        "date": {"minDate": _DATES, "maxDate": _DATES},
        "file": {"accept": st.sampled_from(["image/*"]), "maxSize": st.integers(0, 10_000)},
    }
    made = [_field(features, kind, {}, mine) for kind, mine in own.items()]
    return st.one_of([*made, _field(features, "select", {"options": _options(features)}, {})])


def _field(features: Features, kind: str, needed: Mapping[str, Strategy], own: Mapping[str, Strategy]) -> Strategy:
    needed = {"name": st.sampled_from(NAMES), "type": st.just(kind), "label": texts(features), **needed}
    optional = {"required": st.booleans(), "default": VALUES | texts(features), **own}
    # A field has no member that is unknown, not even one that nothing reads.
    return st.fixed_dictionaries(dict(needed), optional=optional)


@cache
def presentations(features: Features) -> Strategy | None:
    """A form, a choice or a message; None where the features allow none of them."""
    fields: Strategy = st.lists(_fields(features), max_size=3)
    if {"templates", "odd"} <= features:
        fields |= st.just("${workflow_data.fields}")
    kinds: list[tuple[Feature, str, dict[str, Strategy]]] = [
        ("forms", "form", {"fields": fields}),
        ("choices", "choice", {"options": _options(features)}),
        ("messages", "message", {"message": texts(features)}),
    ]
    made = [
        members(
            {"type": st.just(kind), **needed},
            features,
            title=texts(features),
            description=texts(features) if "descriptions" in features else None,
            show_progress=st.booleans(),
        )
        for feature, kind, needed in kinds
        if feature in features
    ]
    return st.one_of(made) if made else None


@cache
def instructions(features: Features) -> Strategy | None:
    """Halting instructions: a static message, a prompt for an AI, or the simple format."""
    if "instructions" not in features:
        return None
    paths = st.lists(st.sampled_from(FIELDS), max_size=2)
    message = members({"message": texts(features)}, features, title=texts(features))
    prompt = members({"prompt": texts(features)}, features, model=st.just("any"), include_data_paths=paths)
    return st.one_of(
        members({"type": st.just("message"), "config": message}, features),
        members({"type": st.just("ai"), "config": prompt}, features),
        members({"instruction": texts(features)}, features, include_data=paths),
    )
