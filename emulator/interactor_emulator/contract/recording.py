"""What was said between a client and a server, as a file: kept without secrets, read again, made into an exchange.

A file whose name ends in `.har` is an HTTP archive, which browsers and other tools read; any other is JSON of our own,
described in `docs/exchanges.md`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from interactor_emulator.clock import parse_timestamp, timestamp
from interactor_emulator.redaction import REDACTED

FORMAT = 1
"""The number of the file's shape."""

KIND = "interactor-recording"
_HAR = ".har"
# Members and headers that let whoever reads them in, or sign in somebody's name.
_SECRET_MEMBERS = frozenset({"client_secret", "access_token", "refresh_token", "token", "secret", "client_assertion"})
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
_TOKEN_IN_QUERY = re.compile(r"(?<=[?&])(token|access_token)=[^&]*")
# Headers that say something about an answer; all others are of the connection, or differ from answer to answer.
_TOLD = ("Content-Type", "Cache-Control", "WWW-Authenticate", "X-RateLimit-Limit")
_SENT = ("Idempotency-Key", "X-Namespace", "traceparent", "Last-Event-ID")


@dataclass(frozen=True, slots=True)
class Said:
    """A request and its answer. `path` has no `/api/v1` in front, and its query; bodies are values of JSON, or text;
    `exchange` and `step` are of the run of the contract that it belongs to."""

    at: str
    method: str
    path: str
    sent_headers: Mapping[str, str]
    sent: Any
    status: int
    headers: Mapping[str, str]
    body: Any
    exchange: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """Rows in their order. `tag` is what the names of a contract's run end with."""

    server: str
    rows: tuple[Said, ...]
    tag: str = ""


class Unreadable(ValueError):
    """A file that is no recording; the message names the file, the place and what is wrong."""


def said(at_ms: int, request: httpx.Request, answer: httpx.Response, exchange: str = "", step: int = 0) -> Said:
    """What a file keeps of a request and its answer."""
    return Said(
        timestamp(at_ms),
        request.method,
        _without_prefix(request.url.raw_path.decode("ascii")),
        _headers(request.headers, _SENT),
        _redacted(_value(request.content)),
        answer.status_code,
        _headers(answer.headers, _TOLD),
        _redacted(_value(answer.content)),
        exchange,
        step,
    )


def text_of(recording: Recording, *, har: bool) -> str:
    """The text of its file."""
    rows = [_har_entry(recording.server, row) if har else _to_json(row) for row in recording.rows]
    if har:
        creator = {"name": KIND, "version": str(FORMAT)}
        return json.dumps(
            {"log": {"version": "1.2", "creator": creator, "entries": rows}}, ensure_ascii=False, indent=1
        )
    head = {"kind": KIND, "format": FORMAT, "server": recording.server, "tag": recording.tag}
    return json.dumps({**head, "rows": rows}, ensure_ascii=False, indent=1)


def is_har(path: Path) -> bool:
    return path.suffix.lower() == _HAR


def read(path: Path) -> Recording:
    """The recording in a file. Raises Unreadable, or OSError."""
    try:
        source = json.loads(path.read_text("utf-8"))
        return _from_har(source) if is_har(path) else _from_json(source)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise Unreadable(f"{path}: this is no recording: {told}") from None


def steps_of(rows: Iterable[Said]) -> list[dict[str, Any]]:
    """The rows as the steps of an exchange: what differs from run to run is captured where it is first answered."""
    made = _Generalising()
    return [made.step(row) for row in rows]


@dataclass(slots=True)
class _Generalising:
    """Replaces ids, times and tokens by what an exchange says in their place."""

    names: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def step(self, row: Said) -> dict[str, Any]:
        request: dict[str, Any] = {"method": row.method, "path": self._known(row.path)}
        if row.sent_headers:
            request["headers"] = {name: self._known(text) for name, text in row.sent_headers.items()}
        if row.sent is not None:
            request["body"] = self._known(row.sent)
        response: dict[str, Any] = {"status": row.status}
        if row.headers:
            response["headers"] = dict(row.headers)
        if row.body is not None:
            response["body"] = self._answered(row.body)
        return {"request": request, "response": response}

    def _known(self, value: Any) -> Any:
        """What was answered before, wherever it stands in what is sent."""
        if isinstance(value, str):
            return _VARYING.sub(lambda found: self._name(found[0]) or found[0], value)
        if isinstance(value, dict):
            return {name: self._known(child) for name, child in value.items()}
        return [self._known(child) for child in value] if isinstance(value, list) else value

    def _answered(self, value: Any, member: str = "") -> Any:
        if isinstance(value, str):
            return self._text(value, member)
        if isinstance(value, dict):
            return {self._known(name): self._answered(child, name) for name, child in value.items()}
        if isinstance(value, list):
            return [self._answered(child, member) for child in value]
        return "{{integer}}" if member == "duration_ms" and isinstance(value, int) else value

    def _text(self, text: str, member: str) -> str:
        if text == REDACTED:
            return "{{any}}"
        if member in ("cursor", "next_cursor"):
            return self._name(text) or self._captured(text, "cursor", "opaque")
        return _VARYING.sub(self._varying, text)

    def _varying(self, found: "re.Match[str]") -> str:
        text = found[0]
        if text[:2].isdigit():
            return "{{timestamp:ms}}" if "." in text else "{{timestamp}}"
        prefix = text[: text.index("_") + 1]
        if prefix == "req_":
            return "{{ULID:req_}}"
        form = f"id:{prefix}" if prefix in _SHORT_IDS else f"{'ULID' if text[-26:].isupper() else 'ulid'}:{prefix}"
        return self._name(text) or self._captured(text, prefix.rstrip("_"), form)

    def _name(self, text: str) -> str:
        return f"{{{{{self.names[text]}}}}}" if text in self.names else ""

    def _captured(self, text: str, kind: str, form: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.names[text] = f"{kind}_{self.counts[kind]}"
        return f"{{{{{self.names[text]}={form}}}}}"


_SHORT_IDS = ("v_", "wf_", "whsub_")
_VARYING = re.compile(
    r"\b(?:inst|file)_[0-9a-hjkmnp-tv-z]{26}\b|\b(?:evt|req|del|err)_[0-9A-HJKMNP-TV-Z]{26}\b"
    r"|\b(?:v|wf|whsub)_[a-z0-9]{12}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z"
)


def with_tag(recording: Recording, tag: str) -> Sequence[Said]:
    """The rows with the names that another run's tag would have made."""
    if not recording.tag or recording.tag == tag:
        return recording.rows
    text = json.dumps([_to_json(row) for row in recording.rows])
    renamed = re.sub(rf"_{re.escape(recording.tag)}(?=_\d)", lambda _found: f"_{tag}", text)
    return [_row(each, number) for number, each in enumerate(json.loads(renamed))]


def _to_json(row: Said) -> dict[str, Any]:
    place = {"exchange": row.exchange, "step": row.step} if row.exchange else {}
    request = {"method": row.method, "path": row.path, "headers": dict(row.sent_headers), "body": row.sent}
    response = {"status": row.status, "headers": dict(row.headers), "body": row.body}
    return {"at": row.at, **place, "request": request, "response": response}


def _from_json(source: Any) -> Recording:
    if source["kind"] != KIND or source["format"] != FORMAT:
        raise ValueError(f"kind and format are {KIND!r} and {FORMAT}, not {source['kind']!r} and {source['format']!r}")
    rows = tuple(_row(each, number) for number, each in enumerate(source["rows"]))
    return Recording(str(source["server"]), rows, str(source.get("tag", "")))


def _row(source: Any, number: int) -> Said:
    try:
        parse_timestamp(source["at"])
        request, response = source["request"], source["response"]
        return Said(
            source["at"],
            str(request["method"]),
            str(request["path"]),
            dict(request.get("headers") or {}),
            request.get("body"),
            int(response["status"]),
            dict(response.get("headers") or {}),
            response.get("body"),
            str(source.get("exchange", "")),
            int(source.get("step", 0)),
        )
    except KeyError as error:
        raise ValueError(f"row {number} has no {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"row {number}: {error}") from None


def _har_entry(server: str, row: Said) -> dict[str, Any]:
    path = row.path if row.path.startswith(_ELSEWHERE) else f"{_PREFIX}{row.path}"
    request: dict[str, Any] = {"method": row.method, "url": server + path, "httpVersion": "HTTP/1.1", "cookies": []}
    request |= {"headers": _har_headers(row.sent_headers), "queryString": [], "headersSize": -1, "bodySize": -1}
    if row.sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": _as_text(row.sent)}
    content = {"mimeType": row.headers.get("Content-Type", ""), "text": "" if row.body is None else _as_text(row.body)}
    response = {"status": row.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": ""}
    response |= {"headers": _har_headers(row.headers), "headersSize": -1, "bodySize": -1}
    response["content"] = {"size": len(content["text"]), **content}
    timings = {"send": 0, "wait": 0, "receive": 0}
    return {
        "startedDateTime": row.at,
        "time": 0,
        "request": request,
        "response": response,
        "cache": {},
        "timings": timings,
    }


def _from_har(source: Any) -> Recording:
    rows, server = [], ""
    for number, entry in enumerate(source["log"]["entries"]):
        request, response = entry["request"], entry["response"]
        parts = urlsplit(request["url"])
        server = server or f"{parts.scheme}://{parts.netloc}"
        path = _without_prefix(parts.path + (f"?{parts.query}" if parts.query else ""))
        sent = _value((request.get("postData") or {}).get("text", "").encode())
        body = _value((response["content"].get("text") or "").encode())
        made = {
            # Browsers tell milliseconds, which no timestamp of the wire has.
            "at": timestamp(parse_timestamp(entry["startedDateTime"])),
            "request": {"method": request["method"], "path": path, "headers": _named(request, _SENT), "body": sent},
            "response": {"status": response["status"], "headers": _named(response, _TOLD), "body": body},
        }
        rows.append(_row(_redacted(made), number))
    return Recording(server, tuple(rows))


def _named(message: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return _headers({each["name"]: each["value"] for each in message.get("headers", ())}, names)


def _har_headers(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _headers(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: lower[name.lower()] for name in names if name.lower() in lower}


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = _SECRET_MEMBERS | _SECRET_HEADERS
        return {
            name: REDACTED if name.lower() in hidden and isinstance(child, str) else _redacted(child)
            for name, child in value.items()
        }
    return [_redacted(child) for child in value] if isinstance(value, list) else value


def _value(content: bytes) -> Any:
    """A body as JSON, or as the text that it is; None where there is none."""
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_PREFIX = "/api/v1"
_ELSEWHERE = ("/oauth", "/.well-known", "/_emulator", "/health")


def _without_prefix(path: str) -> str:
    return _TOKEN_IN_QUERY.sub(
        rf"\1={REDACTED}", path.removeprefix(_PREFIX) if path.startswith(_PREFIX + "/") else path
    )
