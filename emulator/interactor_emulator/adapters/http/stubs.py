"""Answers that a test set in place of a server's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from interactor_emulator.effects import HttpAnswer, HttpFault, SendHttp
from interactor_emulator.jsontext import Json, encode


@dataclass(slots=True, eq=False)
class Stub:
    """Answers requests with this method (None: any) to this URL, which may end in `*`, at most `times` times.

    `delay_seconds` is not waited for: it decides whether the request times out.
    """

    url: str
    method: str | None = None
    times: int | None = None
    status: int = 200
    json: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0
    calls: int = 0

    def matches(self, request: SendHttp) -> bool:
        return self.method in (None, request.method) and not self._used_up and self._fits(request)

    def misses(self, request: SendHttp) -> str:
        """Why it does not answer a request to its URL; empty where it does, or the URL is another."""
        if not self._fits(request):
            return ""
        if self.method not in (None, request.method):
            return f"the stub for it is for {self.method}, not {request.method}"
        return f"the stub for it has given its {self.times} answers" if self._used_up else ""

    @property
    def _used_up(self) -> bool:
        return self.times is not None and self.calls >= self.times

    def _fits(self, request: SendHttp) -> bool:
        wanted, url = _lowered(self.url), _lowered(request.url)
        return url.startswith(wanted[:-1]) if wanted.endswith("*") else url == wanted

    def answer(self, request: SendHttp) -> HttpAnswer | HttpFault:
        self.calls += 1
        if self.delay_seconds * 1000 >= request.timeout_ms:
            return timed_out(request)
        body = b"" if self.json is None else encode(self.json).encode()
        return HttpAnswer(self.status, {"content-type": "application/json", **self.headers}, body)


def _lowered(url: str) -> str:
    """ "Scheme and host are case-insensitive" (RFC 3986, 6.2.2.1); a path is not."""
    return _ORIGIN.sub(lambda found: found[0].lower(), url)


_ORIGIN = re.compile(r"^[^/?#]*//[^/?#]*")


def timed_out(request: SendHttp) -> HttpFault:
    """No answer in time."""
    return HttpFault("http_timeout", f"{request.method} {request.url} did not answer within {request.timeout_ms} ms")
