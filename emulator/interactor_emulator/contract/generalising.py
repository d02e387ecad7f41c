"""Makes an exchange of what was said: ids, times and tokens become what an exchange says in their place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from interactor_emulator.redaction import REDACTED

from .language import BRACES
from .said import Said

_SHORT_IDS = ("v_", "wf_", "whsub_")
_VARYING = re.compile(
    r"\b(?:inst|file)_[0-9a-hjkmnp-tv-z]{26}\b|\b(?:evt|req|del|err)_[0-9A-HJKMNP-TV-Z]{26}\b"
    r"|\b(?:v|wf|whsub)_[a-z0-9]{12}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z"
)
_CURSORS = ("cursor", "next_cursor")
# Of these no two runs have the same, though nothing about them looks like it.
_MEASURED = ("duration_ms",)


def steps_of(rows: Iterable[Said]) -> list[dict[str, Any]]:
    """The rows as steps: what differs from run to run is captured where it is answered first."""
    made = _Generalising()
    return [made.step(row) for row in rows]


@dataclass(slots=True)
class _Generalising:
    """`names` are those of what was answered before, `counts` how many of a kind there are; `earlier` are the names of
    what other answers than the present one have given."""

    names: dict[str, str] = field(default_factory=dict)
    earlier: Mapping[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def step(self, row: Said) -> dict[str, Any]:
        request: dict[str, Any] = {"method": row.method, "path": self._known(row.path)}
        headers = _of_the_account(row)
        request["headers"] = {name: self._known(text) for name, text in headers.items()}
        if row.sent is not None:
            request["body"] = _put_in_anew(self._known(row.sent), row.status)
        response: dict[str, Any] = {"status": row.status, "headers": dict(row.headers)}
        self.earlier = dict(self.names)
        if row.body is not None:
            response["body"] = self._answered(row.body)
        return {"request": request, "response": response}

    def _known(self, value: Any) -> Any:
        """What is sent, with the names of what was answered before."""
        if isinstance(value, str):
            return self._named(value, self.names)
        if isinstance(value, dict):
            return {self._named(name, self.names): self._known(child) for name, child in value.items()}
        return [self._known(child) for child in value] if isinstance(value, list) else value

    def _named(self, text: str, names: Mapping[str, str]) -> str:
        return _VARYING.sub(
            lambda found: f"{{{{{names[found[0]]}}}}}" if found[0] in names else found[0], _literal(text)
        )

    def _answered(self, value: Any, member: str = "") -> Any:
        if isinstance(value, str):
            return self._text(value, member)
        if isinstance(value, dict):
            # A member's name cannot wait for what its neighbour gives.
            return {self._named(name, self.earlier): self._answered(child, name) for name, child in value.items()}
        if isinstance(value, list):
            return [self._answered(child, member) for child in value]
        return "{{integer}}" if member in _MEASURED and isinstance(value, int) else value

    def _text(self, text: str, member: str) -> str:
        if text == REDACTED:
            return "{{any}}"
        if member in _CURSORS:
            return _placeholder(text, self.names) or self._captured(text, "cursor", "opaque")
        return _VARYING.sub(self._varying, _literal(text))

    def _varying(self, found: "re.Match[str]") -> str:
        text = found[0]
        if text[:2].isdigit():
            return "{{timestamp:ms}}" if "." in text else "{{timestamp}}"
        prefix = text[: text.index("_") + 1]
        if prefix == "req_":
            return "{{ULID:req_}}"
        long = f"{'ULID' if text[-26:].isupper() else 'ulid'}:{prefix}"
        form = f"id:{prefix}" if prefix in _SHORT_IDS else long
        return _placeholder(text, self.names) or self._captured(text, prefix.rstrip("_"), form)

    def _captured(self, text: str, kind: str, form: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.names[text] = f"{kind}_{self.counts[kind]}"
        return f"{{{{{self.names[text]}={form}}}}}"


def _placeholder(text: str, names: Mapping[str, str]) -> str:
    return f"{{{{{names[text]}}}}}" if text in names else ""


def _literal(text: str) -> str:
    """Braces of the data's own are no placeholder."""
    return text.replace(BRACES, "{{braces}}")


def _of_the_account(row: Said) -> dict[str, str]:
    """The headers with which another account asks the same: a token that was good is its own, one that was none, or
    bad, is none again."""
    headers = dict(row.sent_headers)
    if "Authorization" not in headers:
        return {**headers, "Authorization": ""}
    if row.status != _UNAUTHORIZED:
        del headers["Authorization"]
    return headers


def _put_in_anew(body: Any, status: int) -> Any:
    """The body with credentials where some were redacted and were good; what was refused stays as it is."""
    if status >= _REFUSED:
        return body
    if isinstance(body, dict) and "$text" in body:
        return {**body, "$text": _SECRET_OF_A_FORM.sub(_CREDENTIALS, body["$text"])}
    if isinstance(body, dict):
        anew = {name: other for name, other in _ANEW.items() if body.get(name) == REDACTED}
        whose = {"client_id": "{{client_id}}"} if "client_secret" in anew else {}
        return {**body, **anew, **whose}
    return body


_UNAUTHORIZED, _REFUSED = 401, 400
_ANEW = {"client_secret": "{{client_secret}}", "secret": "whsec_" + "0" * 32}
_SECRET_OF_A_FORM = re.compile(rf"client_id=[^&]*&client_secret={re.escape(REDACTED)}")
_CREDENTIALS = "client_id={{client_id}}&client_secret={{client_secret}}"
