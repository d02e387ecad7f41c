"""What was said between a client and a server, as a file.

A file whose name ends in `.har` is an HTTP archive; any other is JSON of our own, described in
`docs/reference/exchanges.md`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interactor_emulator.clock import parse_timestamp

from . import har
from .said import Said

FORMAT = 1
"""The number of the file's shape."""

KIND = "interactor-recording"


class Unreadable(ValueError):
    """A file that is no recording; the message names the file, the place and what is wrong."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Rows in their order. `tag` is what the names of a contract's run end with."""

    server: str
    rows: tuple[Said, ...]
    tag: str = ""

    def text(self, path: Path) -> str:
        """What the file of this name is to hold."""
        if _is_har(path):
            return json.dumps(har.archive(self.server, self.rows), indent=1)
        head = {"kind": KIND, "format": FORMAT, "server": self.server, "tag": self.tag}
        # In ASCII: what the service said may hold what no UTF-8 text can, half surrogates say.
        return json.dumps({**head, "rows": [_to_json(row) for row in self.rows]}, indent=1)

    def tagged(self, tag: str) -> Sequence[Said]:
        """The rows with the names that another run's tag would have made."""
        if not self.tag or self.tag == tag:
            return self.rows
        text = json.dumps([_to_json(row) for row in self.rows])
        renamed = re.sub(rf"_{re.escape(self.tag)}(?=_\d)", lambda _found: f"_{tag}", text)
        return [_row(each, number) for number, each in enumerate(json.loads(renamed))]


def read(path: Path) -> Recording:
    """The recording in a file. Raises Unreadable, or OSError."""
    try:
        source = json.loads(path.read_text("utf-8-sig"))
        if _is_har(path):
            server = har.server_of(source)
            return Recording(server, tuple(har.rows_of(source, server)))
        return _recording(source)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        told = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise Unreadable(f"{path}: this is no recording: {told}; record and contract --record write one") from None


def _is_har(path: Path) -> bool:
    return path.suffix.lower() == ".har"


def _recording(source: Any) -> Recording:
    if source["kind"] != KIND:
        raise ValueError(f"its kind is {source['kind']!r}, not {KIND!r}")
    if source["format"] != FORMAT:
        raise ValueError(f"its format is {source['format']!r}; this version reads format {FORMAT}")
    rows = tuple(_row(each, number) for number, each in enumerate(source["rows"], start=1))
    return Recording(str(source["server"]), rows, str(source.get("tag", "")))


def _to_json(row: Said) -> dict[str, Any]:
    place = {"exchange": row.exchange, "step": row.step} if row.exchange else {}
    request = {"method": row.method, "path": row.path, "headers": dict(row.sent_headers), "body": row.sent}
    response = {"status": row.status, "headers": dict(row.headers), "body": row.body}
    return {"at": row.at, **place, "request": request, "response": response}


def _row(source: Any, number: int) -> Said:
    try:
        parse_timestamp(source["at"])
        request, response = source["request"], source["response"]
        return Said(
            source["at"],
            str(request["method"]),
            str(request["path"]),
            _texts(request.get("headers") or {}),
            request.get("body"),
            int(response["status"]),
            _texts(response.get("headers") or {}),
            response.get("body"),
            str(source.get("exchange", "")),
            int(source.get("step", 0)),
        )
    except KeyError as error:
        raise ValueError(f"row {number} has no {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"row {number}: {error}") from None


def _texts(headers: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in headers.items()}
