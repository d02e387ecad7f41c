"""WSGI applications with headers in Latin-1, which HTTP/1.1 and PEP 3333 have; httpx hands on ASCII alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Started = Callable[..., Any]


class Latin1:
    """An application that is sent these headers. `plain` are those to be sent in the usual way; `answered` is what it
    answered beside, once it has."""

    def __init__(self, app: Callable[..., Iterable[bytes]], headers: Mapping[str, str]) -> None:
        self.plain: dict[str, str] = {name: value for name, value in headers.items() if value.isascii()}
        self.answered: list[tuple[bytes, bytes]] = []
        self._app = app
        self._others = {name: value for name, value in headers.items() if not value.isascii()}

    def __call__(self, environ: dict[str, Any], start_response: Started) -> Iterable[bytes]:
        for name, value in self._others.items():
            value.encode("latin-1")  # what even that has not is an error, as on any connection
            environ["HTTP_" + name.upper().replace("-", "_")] = value

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self.answered = [(name.encode(), value.encode("latin-1")) for name, value in headers if not value.isascii()]
            return start_response(status, [each for each in headers if each[1].isascii()], exc_info)

        return self._app(environ, start)
