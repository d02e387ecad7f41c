"""What a test prepares for its emulator: answers of people and of servers, texts, routes, faults."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from interactor_emulator.account.account import Account
from interactor_emulator.account.settings import mapping_from
from interactor_emulator.adapters.http.egress import Target
from interactor_emulator.adapters.http.stubs import Stub, add, stub_from
from interactor_emulator.adapters.writer import Writer
from interactor_emulator.faults.rules import Faults
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.redaction import redact
from interactor_emulator.state.people import People, Person

from .access import Access

if TYPE_CHECKING:
    import respx


class Prepared(Access):
    """An account for which a test stands in for all that is outside."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._router: respx.Router | None = None

    @property
    def ai(self) -> Writer:
        """Who composes the text of AI instructions: `respond(text)`, `respond_with(function)`, `fail()`."""
        return self._account.writer

    def when(self, state: str, workflow: str | None = None) -> Person:
        """A person who answers whenever an instance halts in this state:
        `when("manager_approval").answer(approved=True, after=timedelta(hours=2))`, and so on for the halts after it."""
        return self._account.people.when(state, workflow)

    @property
    def people(self) -> People:
        """All who answer by themselves; `people.unused()` are the answers that nobody needed."""
        return self._account.people

    def _routes(self, router: "respx.Router") -> list[tuple[str, bool]]:
        from interactor_emulator.adapters.http.respx_stubs import described  # it needs respx

        return [(described(route), route.called) for route in router.routes]

    def prepared(self) -> list[tuple[str, bool]]:
        """What a test has prepared, as text, and whether it was needed: answers of people, stubs of HTTP logic,
        fault rules."""
        answers = [(text, bool(used)) for text, used in self.people.prepared()]
        stubs = [(str(each), each.calls > 0) for each in self._account.caller.stubs]
        routes = [] if self._router is None else self._routes(self._router)
        hidden = self._account.secrets.ever
        return [
            (redact(text, hidden), needed)
            for text, needed in (*answers, *stubs, *routes, *self._account.faults.prepared())
        ]

    @property
    def faults(self) -> Faults:
        """What happens to deliveries on their way, and to calls of the API over HTTP:
        `faults.webhook("duplicate", event=…, times=1)`, `faults.call("drop", method="POST", times=1)`."""
        return self._account.faults

    @property
    def routes(self) -> Mapping[str, Target]:
        """Where HTTP logic's requests are led; assign a mapping to replace all of it."""
        return self._account.caller.egress.routes

    @routes.setter
    def routes(self, routes: Mapping[str, Target]) -> None:
        self._account.caller.egress.set_routes(mapping_from("routes", routes))

    @property
    def http(self) -> "respx.Router":
        """A respx router: stubs of HTTP logic, and its call log. Needs the `pytest` extra."""
        if self._router is None:
            from interactor_emulator.adapters.http.respx_stubs import other_methods, router

            made, answer = router()

            def empty(kept: frozenset[str]) -> None:
                if "stubs" not in kept:
                    made.clear()
                    made.reset()

            self._router = made
            self._account.caller.answer_by(answer, partial(other_methods, made))
            self._account.after_reset.append(empty)
        return self._router

    def stub(
        self,
        url: str,
        *,
        method: str | None = None,
        state: str | None = None,
        attempt: int | None = None,
        body: Mapping[str, AnyJson] | None = None,
        query: Mapping[str, str] | None = None,
        times: int | None = None,
        respond: Mapping[str, AnyJson] | Sequence[Mapping[str, AnyJson]] | None = None,
    ) -> Stub:
        """Answer requests of HTTP logic to this URL, which may end in `*`, as `POST /_emulator/stubs` does:
        `stub("https://yourapp.com/charge", state="charge", attempt=2, respond={"status": 200, "json": {"ok": True}})`.

        It may be for one state, for one attempt (1 is the first), for a body with these members and a query with these
        parameters, among others. Of a list of answers each is given once, in turn, and the last one from then on;
        `times` bounds them all. `.calls` counts. Asked before `http` is. Raises ValueError."""
        made = stub_from(
            url, method=method, times=times, state=state, attempt=attempt, body=body, query=query, respond=respond
        )
        return self.read(lambda account: add(account.caller.stubs, made))
