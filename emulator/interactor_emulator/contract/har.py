"""HTTP archives, which browsers and other tools read and write."""

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from interactor_emulator.clock import parse_timestamp, timestamp

from .said import PREFIX, Said, is_ours, told_of


def archive(server: str, rows: Iterable[Said]) -> dict[str, Any]:
    """The rows as an archive."""
    creator = {"name": "interactor-emulator", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(server, row) for row in rows]}}


def server_of(source: Any) -> str:
    """Scheme, host and port of the first request to the API."""
    for entry in source["log"]["entries"]:
        parts = urlsplit(entry["request"]["url"])
        if parts.path.startswith(f"{PREFIX}/"):
            return f"{parts.scheme}://{parts.netloc}"
    return ""


def rows_of(source: Any, server: str) -> Iterator[Said]:
    """The requests of an archive that were sent to this API, and answered; all else of a page is left out. Raises
    ValueError with the number of an entry that cannot be read, from 1."""
    for number, entry in enumerate(source["log"]["entries"], start=1):
        try:
            request, response = entry["request"], entry["response"]
            if _is_of(server, request["url"]) and int(response["status"]):
                yield _row(entry["startedDateTime"], request, response)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            told = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            raise ValueError(f"entry {number}: {told}") from None


def _is_of(server: str, url: str) -> bool:
    """Whether it is the API's, or the account server's beside it: `auth.example.com` beside `core.example.com`."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" == server:
        return is_ours(parts.path)
    domain = (urlsplit(server).hostname or "").partition(".")[2]
    beside = "." in domain and (parts.hostname or "").partition(".")[2] == domain
    return beside and parts.path.startswith("/oauth")


def _row(started: str, request: Mapping[str, Any], response: Mapping[str, Any]) -> Said:
    parts = urlsplit(request["url"])
    return told_of(
        # Browsers tell milliseconds, which no timestamp of the wire has.
        timestamp(parse_timestamp(started)),
        str(request["method"]),
        parts.path + (f"?{parts.query}" if parts.query else ""),
        _headers(request),
        _posted(request.get("postData") or {}),
        int(response["status"]),
        _headers(response),
        _content(response.get("content") or {}),
    )


def _posted(data: Mapping[str, Any]) -> bytes:
    if "text" not in data and data.get("params"):
        return urlencode([(each["name"], each.get("value", "")) for each in data["params"]]).encode()
    return (data.get("text") or "").encode("utf-8", "replace")


def _content(content: Mapping[str, Any]) -> bytes:
    text = content.get("text") or ""
    return b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "replace")


def _entry(server: str, row: Said) -> dict[str, Any]:
    path = row.path if is_ours(row.path) else f"{PREFIX}{row.path}"
    text = "" if row.body is None else _text(row.body)
    request: dict[str, Any] = {"method": row.method, "url": server + path, "queryString": []}
    headers = dict(row.sent_headers)
    if row.sent is not None:
        is_text = isinstance(row.sent, dict) and "$text" in row.sent
        kind, sent = (row.sent["type"], row.sent["$text"]) if is_text else ("application/json", _text(row.sent))
        headers["Content-Type"] = kind
        request["postData"] = {"mimeType": kind, "text": sent}
    request |= _message(headers)
    response: dict[str, Any] = {"status": row.status, "statusText": "", "redirectURL": ""} | _message(row.headers)
    response["content"] = {"size": len(text), "mimeType": row.headers.get("Content-Type", ""), "text": text}
    timings = {"send": 0, "wait": 0, "receive": 0}
    told = {"startedDateTime": row.at, "time": 0, "cache": {}, "timings": timings}
    return {**told, "request": request, "response": response}


def _message(headers: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in headers.items()]
    return {"httpVersion": "HTTP/1.1", "cookies": [], "headers": listed, "headersSize": -1, "bodySize": -1}


def _headers(message: Mapping[str, Any]) -> dict[str, str]:
    return {str(each["name"]): str(each["value"]) for each in message.get("headers", ())}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
