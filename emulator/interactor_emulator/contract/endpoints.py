"""Whose fault it is when the shape of an answer is another: the endpoint's, whatever the request was to show."""

import re

_ANY = r"[^/?]+"
_RULES = (
    ("POST", "/workflows", "create-definition"),
    ("GET", "/workflows", "list-workflows"),
    ("POST", "/workflows/validate", "validate"),
    ("GET", "/workflows/errors", "errors-list"),
    ("GET", "/workflows/instances", "list"),
    ("GET", "/workflows/instances/{}", "get"),
    ("POST", "/workflows/instances/{}/resume", "resume"),
    ("POST", "/workflows/instances/{}/cancel", "cancel"),
    ("GET", "/workflows/instances/{}/threads", "threads"),
    ("POST", "/workflows/instances/{}/threads/{}/resume", "thread-resume"),
    ("GET", "/workflows/instances/{}/history", "events"),
    ("GET", "/workflows/instances/{}/events/{}", "events"),
    ("POST", "/workflows/{}/versions", "further-version"),
    ("GET", "/workflows/{}/versions", "list-workflows"),
    ("POST", "/workflows/{}/versions/{}/publish", "publish"),
    ("POST", "/workflows/{}/instances", "create"),
    ("POST", "/webhooks/subscriptions", "subscriptions"),
    ("GET", "/webhooks/subscriptions", "subscriptions"),
)
_PATTERNS = tuple((re.compile(rf"{method} {path.replace('{}', _ANY)}(\?.*)?"), rule) for method, path, rule in _RULES)


def rule_of(method: str, path: str) -> str | None:
    """The rule that describes what this endpoint answers; None where there is no more than one that could be meant."""
    asked = f"{method} {path}"
    return next((rule for pattern, rule in _PATTERNS if pattern.fullmatch(asked)), None)
