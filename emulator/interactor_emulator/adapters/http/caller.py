"""Sends what HTTP logic asks for: a stub answers, or a route or an allowed host does, or nobody.

Blocking and awaiting callers share everything but the sending itself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import asynccontextmanager, closing
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from inspect import iscoroutinefunction
from itertools import count
from threading import Thread
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, cast

from interactor_emulator import bounds
from interactor_emulator.effects import HttpAnswer, HttpFault, SendHttp, SendWebhook
from interactor_emulator.recent import Recent
from interactor_emulator.unanswered import in_words
from interactor_emulator.version import __version__

from . import loops
from .applications import AppRaised, Asgi, Wsgi, name_of
from .connections import Build, Connections, opened
from .egress import Blocked, Destination, Egress, parsed
from .slowly import dribble, dribble_async
from .stubs import Stub, timed_out
from .under_way import UnderWay
from .wsgi import Latin1

if TYPE_CHECKING:
    import httpx

USER_AGENT = f"Interactor-Emulator/{__version__}"
# How much later than its time-out a call is given up that does not look at the time.
_GRACE_SECONDS = 0.25
_LONGEST_MS = 24 * 3600 * 1000

Outcome = HttpAnswer | HttpFault
Dribbling = Callable[[bytes], Iterator[bytes] | AsyncIterator[bytes]]
Send = Callable[[Build], "Awaitable[httpx.Response]"]
Router = Callable[["httpx.Request"], "httpx.Response | None"]


@dataclass(slots=True)
class Record:
    """One request that HTTP logic made, the `number`-th of its account. `answered_by` is `stub`, `route`, `network` or
    `nobody`; `took_ms` is wall time."""

    at_ms: int
    request: SendHttp
    outcome: Outcome
    answered_by: str
    number: int
    took_ms: float

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        answer = self.outcome.body if isinstance(self.outcome, HttpAnswer) else b""
        return len(self.request.body or b"") + len(answer)


class Caller:
    """The way out for one account. `now_ms` dates the records; `blocked` is told of each request that may not leave,
    with the reason, and whether it is a webhook; `raised` of what an application raised in place of an answer."""

    def __init__(
        self,
        egress: Egress,
        now_ms: Callable[[], int],
        blocked: Callable[[SendHttp, str, bool], None],
        raised: Callable[[AppRaised], None] = lambda _raised: None,
    ) -> None:
        self.egress: Egress = egress
        self.stubs: list[Stub] = []
        self.records: Recent[Record] = Recent(bounds.SENT.most, bounds.SENT_BYTES.most, lambda record: record.size)
        self.under_way: UnderWay = UnderWay()
        # Of the server that hosts the account, if one does.
        self.connections: Connections | None = None
        self._router: Router | None = None
        self._others: Callable[[httpx.Request], list[str]] | None = None
        self._kept: BaseException | None = None
        self._keeper: Caller | None = None
        self._numbers = count(1)  # of whatever threads send
        self._now_ms = now_ms
        self._blocked = blocked
        self._app_raised = raised

    def begin_anew(self, egress: Egress, *, keep_stubs: bool) -> None:
        """Forget what was sent, and the stubs unless they are kept; a router that was given stays."""
        self.egress = egress
        self.records.clear()
        if not keep_stubs:
            self.stubs.clear()

    def answer_by(self, router: Router, others: Callable[["httpx.Request"], list[str]]) -> None:
        """Ask this router for an answer, before routes and egress. `others` says for which other methods of the same
        URL it has one."""
        self._router, self._others = router, others

    def answer_as(self, other: "Caller") -> None:
        """Ask the router that this one asks, and let it keep what an application raises."""
        self._router, self._others = other._router, other._others
        self._keeper = other

    def send(self, request: SendHttp) -> Outcome:
        """Send and wait."""
        request, began = _with_agent(request), perf_counter()
        with self.under_way.call(request.headers):
            plan = self._plan(request)
            outcome = self._transmit(request, plan) if isinstance(plan, Destination) else plan
        return self._note(request, plan, outcome, began)

    async def send_async(self, request: SendHttp) -> Outcome:
        """The same without blocking the event loop."""
        request, began = _with_agent(request), perf_counter()
        with self.under_way.call(request.headers):
            plan = self._plan(request)
            outcome = await self._transmit_async(request, plan) if isinstance(plan, Destination) else plan
        return self._note(request, plan, outcome, began)

    def deliver(self, webhook: SendWebhook) -> Outcome:
        """Post a webhook and wait: the same ways out as for HTTP logic, but no record among its requests."""
        request, plan = self._delivery(webhook)
        with self.under_way.call(request.headers):
            outcome = self._transmit(request, plan, webhook) if isinstance(plan, Destination) else plan
        return _naming_app(webhook, outcome)

    async def deliver_async(self, webhook: SendWebhook) -> Outcome:
        """The same without blocking the event loop."""
        request, plan = self._delivery(webhook)
        if not isinstance(plan, Destination):
            return plan
        with self.under_way.call(request.headers):
            return _naming_app(webhook, await self._transmit_async(request, plan, webhook))

    def _delivery(self, webhook: SendWebhook) -> tuple[SendHttp, Destination | Outcome]:
        request = _with_agent(SendHttp("POST", webhook.url, webhook.headers, webhook.body, webhook.timeout_ms))
        if webhook.app is not None:
            return request, Destination(webhook.url, webhook.app)
        return request, self._plan(request, of_webhook=True)

    def _plan(self, request: SendHttp, *, of_webhook: bool = False) -> Destination | Outcome:
        try:
            parsed(request.url)
        except ValueError as error:
            return HttpFault("http_error", f"Bad URL: {error}")
        for stub in self.stubs:
            if stub.matches(request):
                return stub.answer(request)
        if self._router is not None and (answer := self._routed(request, self._router)) is not None:
            return answer
        try:
            return self.egress.destination(request.url, of_webhook=of_webhook)
        except Blocked as blocked:
            reason = "; ".join([str(blocked), *self._nearly(request)])
            self._blocked(request, reason, of_webhook)
            return HttpFault("http_error", reason, final=True)

    def _nearly(self, request: SendHttp) -> list[str]:
        """What a test has put in place of an answer, and does not fit after all."""
        found = [why for stub in self.stubs if (why := stub.misses(request))]
        return [
            *found,
            *(f"the stub for it is for {method}, not {request.method}" for method in self._methods(request)),
        ]

    def _methods(self, request: SendHttp) -> list[str]:
        """The other methods for which the router has an answer."""
        return [] if self._others is None else self._others(_built(request, request.url))

    def _routed(self, request: SendHttp, router: Router) -> Outcome | None:
        try:
            response = router(_built(request, request.url))
        except BaseException as error:  # noqa: BLE001 - what a test put in place of an answer may raise anything
            return self._raised(request, error)
        if response is None:
            return None
        return HttpAnswer(response.status_code, response.headers, response.read())

    def _note(self, request: SendHttp, plan: Destination | Outcome, outcome: Outcome, began: float) -> Outcome:
        if isinstance(plan, Destination):
            routed = plan.app is not None or plan.url != request.url
            answered_by = "route" if routed else "network"
        else:
            answered_by = "stub" if isinstance(plan, HttpAnswer) or plan.code == "http_timeout" else "nobody"
        took_ms = round((perf_counter() - began) * 1000, 1)
        self.records.add(Record(self._now_ms(), request, outcome, answered_by, next(self._numbers), took_ms))
        return outcome

    def _transmit(self, request: SendHttp, destination: Destination, webhook: SendWebhook | None = None) -> Outcome:
        """A WSGI application is called in the caller's own thread, as a function is: whatever it holds there (a
        database's connection, say) is the caller's. An ASGI application runs in the loop that awaits this, if one does;
        all else in a loop of its own. Both are bounded by their time-out."""
        if destination.app is not None and not _is_asgi(destination.app):
            return self._call_wsgi(request, destination, webhook)
        exchange = partial(self._exchange, request, destination, webhook)
        begun = None if destination.app is None else loops.begin(exchange)
        return _within(request, begun or beside(lambda: asyncio.run(exchange())))

    async def _transmit_async(
        self, request: SendHttp, destination: Destination, webhook: SendWebhook | None = None
    ) -> Outcome:
        """An application of this process runs in the loop to which it belongs, or gets a thread and a loop of its own:
        what it does there (call back, and wait for that) holds up nobody here."""
        if destination.app is None:
            return await self._exchange(request, destination, webhook)
        answered: asyncio.Future[Outcome] | None
        if _is_asgi(destination.app):
            exchange = partial(self._exchange, request, destination, webhook)
            answered = await loops.begin_at_home(destination.app, exchange)
            answered = answered or asyncio.wrap_future(beside(lambda: asyncio.run(exchange())))
        else:
            answered = asyncio.wrap_future(beside(lambda: self._call_wsgi(request, destination, webhook)))
        try:
            async with asyncio.timeout(_seconds(request) + _GRACE_SECONDS):
                return await answered
        except TimeoutError:
            return timed_out(request)

    def _call_wsgi(self, request: SendHttp, destination: Destination, webhook: SendWebhook | None) -> Outcome:
        import httpx

        app = Latin1(Wsgi(cast(Any, destination.app)), request.headers)
        transport, sent = httpx.WSGITransport(cast(Any, app)), replace(request, headers=app.plain)
        deadline = monotonic() + _seconds(request)
        body = bytearray()
        try:
            asked = _built(sent, destination.url, dribble if _is_slow(webhook) else None)
            with transport, closing(transport.handle_request(asked)) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    if monotonic() > deadline:
                        return timed_out(request)
                    if len(body) > bounds.HTTP_ANSWER.most:
                        return self._cut(request, response, body, webhook)
                return HttpAnswer(
                    response.status_code, httpx.Headers([*response.headers.raw, *app.answered]), bytes(body)
                )
        except BaseException as error:  # noqa: BLE001 - an application in this process may raise anything
            return self._raised(request, error)

    async def _exchange(self, request: SendHttp, destination: Destination, webhook: SendWebhook | None) -> Outcome:
        import httpx

        def build() -> httpx.Request:
            return _built(request, destination.url, dribble_async if _is_slow(webhook) else None)

        body = bytearray()
        try:
            async with asyncio.timeout(_seconds(request)), self._way(destination, webhook) as send:
                response = await send(build)
                try:
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > bounds.HTTP_ANSWER.most:
                            return self._cut(request, response, body, webhook)
                finally:
                    await response.aclose()
                return HttpAnswer(response.status_code, response.headers, bytes(body))
        except Exception as error:  # noqa: BLE001 - whatever a network or an application does is that call's fault
            return self._fault(request, error)

    @asynccontextmanager
    async def _way(self, destination: Destination, webhook: SendWebhook | None) -> "AsyncIterator[Send]":
        """What sends a request there. A receiver may be connected with; whom HTTP logic calls is so each time anew."""
        import httpx

        app, kept = destination.app, self.connections
        if app is None and webhook is not None and kept is not None and kept.are_here:
            yield kept.send
            return
        way = opened(destination.url) if app is None else httpx.ASGITransport(Asgi(app, self._keep))
        async with way:
            yield lambda build: way.handle_async_request(build())

    def _cut(
        self, request: SendHttp, response: "httpx.Response", body: bytearray, webhook: SendWebhook | None
    ) -> Outcome:
        """More than is read of an answer: of a webhook's its status is what counts."""
        return (
            _too_long(request) if webhook is None else HttpAnswer(response.status_code, response.headers, bytes(body))
        )

    def _raised(self, request: SendHttp, error: BaseException) -> Outcome:
        if isinstance(error, Exception):
            return self._fault(request, error)
        self._keep(error)
        return HttpFault("http_error", f"{request.method} {request.url} failed: {in_words(error)}")

    def _fault(self, request: SendHttp, error: Exception) -> HttpFault:
        import httpx

        what = f"{request.method} {request.url}"
        if isinstance(error, AppRaised):
            self._app_raised(error)
            return HttpFault("http_error", f"{what}: {error}", raised=True)
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return timed_out(request)
        return HttpFault("http_error", f"{what} failed: {in_words(error)}")

    def _keep(self, error: BaseException) -> None:
        (self._keeper or self)._kept = error

    def take_raised(self) -> BaseException | None:
        """What an application raised that is no Exception (`pytest.fail`, an exit), for whoever runs the test: by now
        the call that it answered has failed in good order."""
        kept, self._kept = self._kept, None
        return kept


def beside(work: Callable[[], Outcome]) -> "Future[Outcome]":
    """Do this in a thread of its own, with the caller's context; a thread that never ends keeps no program from
    ending."""
    done: Future[Outcome] = Future()
    done.set_running_or_notify_cancel()  # whoever waits no more takes nothing from it
    context = copy_context()

    def run() -> None:
        try:
            done.set_result(context.run(work))
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            done.set_exception(error)

    Thread(target=run, name="interactor-outside", daemon=True).start()
    return done


def _seconds(request: SendHttp) -> float:
    """Its time-out: a definition may name a longer one than a clock can count."""
    return min(request.timeout_ms, _LONGEST_MS) / 1000


def _within(request: SendHttp, answered: "Future[Outcome]") -> Outcome:
    try:
        return answered.result(_seconds(request) + _GRACE_SECONDS)
    except FutureTimeout:
        return timed_out(request)


def _is_slow(webhook: SendWebhook | None) -> bool:
    return webhook is not None and webhook.slowly


def _with_agent(request: SendHttp) -> SendHttp:
    headers: Mapping[str, str] = {"User-Agent": USER_AGENT, **request.headers}
    return replace(request, headers=headers)


def _built(request: SendHttp, url: str, dribbling: Dribbling | None = None) -> "httpx.Request":
    import httpx

    # Latin-1 is what HTTP/1.1 can carry; anything else is an error of the definition, reported as `http_error`.
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
    for _, value in headers:
        if b"\r" in value or b"\n" in value:
            raise ValueError("a header has a line break in it")
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), _seconds(request))
    content: Any = request.body
    if dribbling is not None and request.body is not None:
        headers.append((b"Content-Length", b"%d" % len(request.body)))
        content = dribbling(request.body)
    return httpx.Request(request.method, url, headers=headers, content=content, extensions={"timeout": timeout})


def _naming_app(webhook: SendWebhook, outcome: Outcome) -> Outcome:
    """An application of this process has a name where others have a URL."""
    if webhook.app is None or isinstance(outcome, HttpAnswer):
        return outcome
    message = outcome.message
    if not outcome.raised:
        return replace(outcome, message=message.replace(webhook.url, f"to the application {name_of(webhook.app)}"))
    return replace(outcome, message=message.removeprefix(f"POST {webhook.url}: "))


def _too_long(request: SendHttp) -> HttpFault:
    return HttpFault("http_error", f"{request.method} {request.url} answered more than {bounds.HTTP_ANSWER.most} bytes")


def _is_asgi(app: Any) -> bool:
    """An ASGI application is a coroutine function of three arguments, or an object whose call is one."""
    return app is not None and (iscoroutinefunction(app) or iscoroutinefunction(type(app).__call__))
