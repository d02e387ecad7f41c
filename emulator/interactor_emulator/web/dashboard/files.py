"""The style sheet and the scripts: files of the package, and nothing from elsewhere."""

from functools import cache
from importlib.resources import files

from starlette.types import Receive, Scope, Send

from interactor_emulator.web.respond import Response

from .pages import HEADERS

_TYPES = {
    "style.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "instance.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
}


class StaticFile:
    """A file by its name."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["name"]
        type_ = _TYPES.get(name)
        if type_ is None:
            response = Response(404, [*HEADERS, (b"content-type", b"text/plain")], b"There is no such file")
        else:
            kept = [each for each in HEADERS if each[0] != b"cache-control"]
            fresh = (b"cache-control", b"no-cache")
            response = Response(200, [*kept, fresh, (b"content-type", type_.encode())], _content(name))
        await response(scope, receive, send)


@cache
def _content(name: str) -> bytes:
    return files(__package__).joinpath("static", name).read_bytes()
