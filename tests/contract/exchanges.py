"""The language of exchanges, and the one function that compares an answer with what is expected.

A string that is `$name` stands for what differs from run to run. `$any` is anything, `$time` a timestamp of the wire,
`$milliseconds` one as JavaScript writes it; every other name is captured where it is first met, in the form that its
ending asks for, and must be the same wherever it stands again, in a path or a message too. `{"$definition": "name"}` as
a body is the definition of that name, and
`{"$form": …}` is a form with one file. Objects are compared key for key, in their order.
"""

import re
from collections.abc import Mapping
from typing import Any

_FORMS = {
    "$any": r".*",
    "$time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "$milliseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "instance_id": r"inst_[a-z0-9]{26}",
    "version_id": r"v_[a-z0-9]{12}",
    "request_id": r"req_[0-9A-Z]{26}",
    "refresh_token": r"\S{20,}",
    "workflow_id": r"wf_[a-z0-9]{12}",
    "event_id": r"evt_[0-9A-Z]{26}",
    "error_id": r"err_[0-9A-Z]{26}",
    "file_id": r"file_[a-z0-9]{26}",
    "subscription_id": r"whsub_[a-z0-9]{12}",
    "made_secret": r"whsec_[a-z0-9]{32}",
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
    if isinstance(expected, str):
        expected = filled(expected, captured)
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


def _compare_name(name: str, found: Any, captured: dict[str, str], at: str) -> list[str]:
    if name in captured:
        return [] if found == captured[name] else [f"{at}: expected {captured[name]!r} again, found {found!r}"]
    form = _FORMS.get(name) or next(pattern for ending, pattern in _FORMS.items() if name.endswith(ending))
    if name != "$any" and not (isinstance(found, str) and re.fullmatch(form, found)):
        return [f"{at}: {found!r} is not like {name}"]
    if name not in _FORMS and not name.endswith("request_id"):
        captured[name] = found
    return []
