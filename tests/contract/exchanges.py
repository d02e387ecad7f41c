"""Compares what came with what an exchange expects, in the language that `interactor_fixtures` describes."""

import re
from collections.abc import Mapping
from typing import Any

_ULID = "[0-9A-Z]{26}"
_FORMS = {
    "$any": r".*",
    "$time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "$milliseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "instance_id": r"inst_[a-z0-9]{26}",
    "version_id": r"v_[a-z0-9]{12}",
    "request_id": f"req_{_ULID}",
    "access_token": r"[\w-]+\.[\w-]+\.[\w-]+",
    "refresh_token": r"\S{20,}",
    "workflow_id": r"wf_[a-z0-9]{12}",
    "event_id": f"evt_{_ULID}",
    "error_id": f"err_{_ULID}",
    "file_id": r"file_[a-z0-9]{26}",
    "subscription_id": r"whsub_[a-z0-9]{12}",
    "delivery_id": f"del_{_ULID}",
    "made_secret": r"whsec_[a-z0-9]{32}",
    "signature": r"sha256=[0-9a-f]{64}",
    "unix_seconds": r"\d{10}",
    "span_id": r"[0-9a-f]{16}",
    "cursor": r"[A-Za-z0-9_-]+",
}
_NAME = re.compile(r"\$[a-z_]+")


def filled(value: Any, captured: Mapping[str, str]) -> Any:
    """The value with every captured name put in."""
    if isinstance(value, str):
        return _NAME.sub(lambda found: captured.get(found[0], found[0]), value)
    if isinstance(value, dict):
        return {key: filled(child, captured) for key, child in value.items()}
    if isinstance(value, list):
        return [filled(child, captured) for child in value]
    return value


def differences(expected: Any, found: Any, captured: dict[str, str], at: str = "body") -> list[str]:
    """What differs, a line for each place; names that are met for the first time are captured."""
    if isinstance(expected, str) and _NAME.fullmatch(expected):
        return _compare_name(expected, found, captured, at)
    if isinstance(expected, str) and isinstance(found, str):
        return _compare_text(expected, found, captured, at)
    if isinstance(expected, dict) and isinstance(found, dict):
        if list(expected) != list(found):
            return [f"{at}: expected the members {list(expected)}, found {list(found)}"]
        return [line for key in expected for line in differences(expected[key], found[key], captured, f"{at}.{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for index, (one, other) in pairs for line in differences(one, other, captured, f"{at}[{index}]")]
    if type(expected) is type(found) and expected == found:
        return []
    return [f"{at}: expected {expected!r}, found {found!r}"]


def header_differences(expected: Mapping[str, Any], found: Mapping[str, str], captured: dict[str, str]) -> list[str]:
    """What differs in the headers that are named; names of headers have no case."""
    lower = {name.lower(): value for name, value in found.items()}
    pairs = [(name, value, lower.get(name.lower())) for name, value in expected.items()]
    return [line for name, value, other in pairs for line in differences(value, other, captured, f"header {name}")]


def _compare_name(name: str, found: Any, captured: dict[str, str], at: str) -> list[str]:
    if name in captured:
        return [] if found == captured[name] else [f"{at}: expected {captured[name]!r} again, found {found!r}"]
    if name != "$any" and not (isinstance(found, str) and re.fullmatch(_form(name), found)):
        return [f"{at}: {found!r} is not like {name}"]
    _capture(name, found, captured)
    return []


def _compare_text(text: str, found: str, captured: dict[str, str], at: str) -> list[str]:
    text = filled(text, captured)
    names = [name for name in _NAME.findall(text) if _known(name)]
    pattern = _NAME.sub(lambda name: "\0" if _known(name[0]) else name[0], text)
    pieces = [re.escape(piece) for piece in pattern.split("\0")]
    forms = [f"({_form(name)})" for name in names]
    met = re.fullmatch("".join(part for pair in zip(pieces, [*forms, ""], strict=True) for part in pair), found)
    if met is None:
        return [f"{at}: expected {text!r}, found {found!r}"]
    for name, value in zip(names, met.groups(), strict=True):
        _capture(name, value, captured)
    return []


def _capture(name: str, value: str, captured: dict[str, str]) -> None:
    if name not in _FORMS and not name.endswith("request_id"):
        captured[name] = value


def _known(name: str) -> bool:
    return name in _FORMS or any(name.endswith(ending) for ending in _FORMS)


def _form(name: str) -> str:
    return _FORMS.get(name) or next(pattern for ending, pattern in _FORMS.items() if name.endswith(ending))
