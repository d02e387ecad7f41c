"""HTTP archives, which browsers and other tools read and write."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from interactor_emulator.clock import parse_timestamp, timestamp

from .said import PREFIX, Said, is_ours, path_of, told_of, value_of


def archive(server: str, rows: Iterable[Said]) -> dict[str, Any]:
    """The rows as an archive."""
    creator = {"name": "interactor-emulator", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(server, row) for row in rows]}}


def server_of(source: Any) -> str:
    """Scheme, host and port of the first request to the API."""
    parts = next((urlsplit(each["request"]["url"]) for each in _ours(source)), None)
    return "" if parts is None else f"{parts.scheme}://{parts.netloc}"


def rows_of(source: Any) -> Iterator[Said]:
    """The requests of an archive that were sent to this API; pictures and scripts of a page are left out."""
    for entry in _ours(source):
        request, response = entry["request"], entry["response"]
        parts = urlsplit(request["url"])
        yield told_of(
            # Browsers tell milliseconds, which no timestamp of the wire has.
            timestamp(parse_timestamp(entry["startedDateTime"])),
            request["method"],
            path_of(parts.path + (f"?{parts.query}" if parts.query else "")),
            _headers(request),
            value_of(((request.get("postData") or {}).get("text") or "").encode()),
            int(response["status"]),
            _headers(response),
            value_of(((response.get("content") or {}).get("text") or "").encode()),
        )


def _ours(source: Any) -> Iterator[Any]:
    return (entry for entry in source["log"]["entries"] if is_ours(urlsplit(entry["request"]["url"]).path))


def _entry(server: str, row: Said) -> dict[str, Any]:
    path = row.path if is_ours(row.path) else f"{PREFIX}{row.path}"
    kind = row.headers.get("Content-Type", "")
    text = "" if row.body is None else _text(row.body)
    request: dict[str, Any] = {"method": row.method, "url": server + path, "queryString": []} | _message(
        row.sent_headers
    )
    if row.sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": _text(row.sent)}
    response: dict[str, Any] = {"status": row.status, "statusText": "", "redirectURL": ""} | _message(row.headers)
    response["content"] = {"size": len(text), "mimeType": kind, "text": text}
    timings = {"send": 0, "wait": 0, "receive": 0}
    told = {"startedDateTime": row.at, "time": 0, "cache": {}, "timings": timings}
    return {**told, "request": request, "response": response}


def _message(headers: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in headers.items()]
    return {"httpVersion": "HTTP/1.1", "cookies": [], "headers": listed, "headersSize": -1, "bodySize": -1}


def _headers(message: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in message.get("headers", ())}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
