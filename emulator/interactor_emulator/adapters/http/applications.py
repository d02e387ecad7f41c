"""Applications of this process: what they are called, and what they raise, which says more than a 500 would."""

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

_OURS = str(Path(__file__).parents[2])
_SHOWN = 80


class AppRaised(RuntimeError):
    """An application raised this; the message is for whoever wrote it. The error itself is its cause."""

    def __init__(self, app: object, error: BaseException) -> None:
        super().__init__(f"the application {name_of(app)} raised {_told(error)}")
        self.__cause__ = error


class AppEnded(AppRaised):
    """What it raised is no Exception (`pytest.fail`, an exit), and would end the loop that it runs in."""


def name_of(app: object) -> str:
    """What a person calls an application: module and name of a function, or how an object shows itself."""
    while isinstance(app, partial):
        app = app.func
    if isinstance(name := getattr(app, "__qualname__", None), str):
        return f"{getattr(app, '__module__', '')}.{name}"
    kind = type(app)
    own = kind.__repr__ is not object.__repr__
    return repr(app)[:_SHOWN] if own else f"{kind.__module__}.{kind.__qualname__}"


def _told(error: BaseException) -> str:
    """Type and text of an error, and where in the application's own code it came from."""
    import sysconfig  # late: hardly any application raises

    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    frames = [(frame, line) for frame, line in walk_tb(error.__traceback__) if not _file(frame).startswith(_OURS)]
    libraries = tuple(map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")))
    own = [each for each in frames if not _file(each[0]).startswith(libraries)]
    if not frames:
        return text
    frame, line = (own or frames)[-1]
    return f"{text} ({_shown(Path(_file(frame)))}:{line})"


def _file(frame: FrameType) -> str:
    return frame.f_code.co_filename


def _shown(file: Path) -> str:
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)


class Asgi:
    """An ASGI application whose errors say that they are its own; an exit is an error like any other, and `keep` is
    told of it."""

    def __init__(self, app: Any, keep: Callable[[BaseException], None]) -> None:
        self._app = app
        self._keep = keep

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise AppEnded(self._app, error) from error
        except Exception as error:
            raise AppRaised(self._app, error) from error
        except BaseException as error:
            self._keep(error)
            raise AppEnded(self._app, error) from error


class Wsgi:
    """A WSGI application whose errors say that they are its own, also those that come with its body."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._telling():
            return self._body(self._app(environ, start_response))

    def _body(self, chunks: Iterable[bytes]) -> Generator[bytes, None, None]:
        try:
            with self._telling():
                yield from chunks
        finally:
            if (close := getattr(chunks, "close", None)) is not None:
                close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise AppRaised(self._app, error) from error
