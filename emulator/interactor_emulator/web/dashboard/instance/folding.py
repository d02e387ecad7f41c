"""JSON that can be folded: objects and arrays that are long are closed, and what has changed is marked."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from interactor_emulator.jsontext import escaped

_LINE, _OPEN_DEPTH, _MOST = 70, 2, 2_000


def folded(value: Any, changed: Mapping[str, tuple[Any, ...]] | None = None) -> Markup:
    """The value; `changed` has what members of it were before: nothing for those that were not there."""
    left = [_MOST]
    return Markup("").join([Markup('<div class="json">'), *_members(value, changed or {}, 0, left), Markup("</div>")])


def _members(value: Any, changed: Mapping[str, tuple[Any, ...]], depth: int, left: list[int]) -> Iterator[Markup]:
    rows = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else [("", value)]
    )
    if isinstance(value, Mapping | list) and not value:
        yield escape(_flat(value))
    for name, each in rows:
        left[0] -= 1
        if left[0] < 0:
            yield Markup('<div class="quiet">… there is more: ask for it over the API</div>')
            return
        yield _member(name, each, changed.get(str(name)), depth, left)


def _member(name: object, value: Any, before: tuple[Any, ...] | None, depth: int, left: list[int]) -> Markup:
    key = Markup("") if name == "" else Markup('<span class="key">{}</span>: ').format(_name(name))
    mark = Markup("") if before is None else Markup(' <span class="was">{}</span>').format(_was(before))
    flat = _flat(value)
    nested = isinstance(value, Mapping | list) and len(value) > 0 and len(flat) > _LINE
    if not nested:
        shown = escape(flat)
        inner = Markup("{}{}").format(key, shown)
        body = inner if before is None else Markup("<mark>{}</mark>{}").format(inner, mark)
        return Markup("<div>{}</div>").format(body)
    open_ = Markup(" open") if depth < _OPEN_DEPTH else Markup("")
    count = f"{len(value)} {'members' if isinstance(value, Mapping) else 'elements'}"
    if before is not None:
        key = Markup("<mark>{}</mark>").format(key)
    head = Markup('<summary>{}<span class="quiet">{}</span>{}</summary>').format(key, count, mark)
    return Markup("<details{}>{}{}</details>").format(
        open_, head, Markup("").join(_members(value, {}, depth + 1, left))
    )


def _was(before: tuple[Any, ...]) -> str:
    if not before:
        return "new"
    flat = _flat(before[0])
    return "was " + (flat if len(flat) <= _LINE else flat[: _LINE - 1] + "…")


def _name(name: object) -> str:
    return escaped(str(name))


def _flat(value: Any) -> str:
    return escaped(json.dumps(value, ensure_ascii=False, default=str))
