"""What probes ask with: small workflows of their own, in an account of whatever server it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import httpx

from .playing import made_by, taken_back
from .receiver import Received, Receiver
from .service import Account, Service

_RECEIVED_SECONDS = 10
_SECRET = "whsec_of_a_probe_that_is_32_characters_long"
TERMINAL = {"type": "terminal"}
MESSAGE = {"type": "message", "message": "Approve?"}


class Untold(Exception):
    """Why a probe could not tell which value a server has."""


@dataclass(slots=True)
class Probing:
    """`control` says whether `/_emulator` answers, `slow` whether wall time may be waited for; `known` is
    what the probes before have found, `made` the paths of what is to be taken back, `left` of what could not be."""

    service: Service
    account: Account
    tag: str
    receiver: Receiver | None
    control: bool
    slow: bool
    known: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request; headers by their names in lower case, with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.send(self.account, method, path, sent, {} if body is None else {"json": body})

    def data(self, answer: httpx.Response) -> Any:
        """What an answer holds under `data`. Raises Untold for a refusal."""
        if answer.status_code >= 400:
            raise Untold(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}")
        return answer.json()["data"]

    def refused(self, answer: httpx.Response, *codes: str) -> bool:
        """Whether it was refused for one of these reasons, or not at all. Raises Untold for any other."""
        if answer.status_code < 400:
            return False
        try:
            code = answer.json()["error"]["code"]
        except (ValueError, LookupError, TypeError):
            code = ""
        if code in codes:
            return True
        raise Untold(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code} {code}".rstrip())

    def rows(self, answer: httpx.Response, name: str) -> Any:
        """The rows of a list, whether they have a name there or not."""
        data = self.data(answer)
        return data if isinstance(data, list) else data[name]

    def published(self, states: Mapping[str, Any]) -> str:
        """The name of a workflow with these states and the terminal state `end`, beginning with the first of them."""
        name = f"probe_{self.tag}_{next(self.numbers)}"
        source = {"name": name, "initial_state": next(iter(states)), "states": {**states, "end": TERMINAL}}
        version = self.data(self.ask("POST", "/workflows", source))["version_id"]
        self.data(self.ask("POST", f"/workflows/{name}/versions/{version}/publish"))
        return name

    def start(self, workflow: str, body: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Create an instance in the probe's own namespace."""
        whose = {self.known.get("user_key", "namespace"): self.namespace}
        answer = self.ask("POST", f"/workflows/{workflow}/instances", {**whose, **(body or {})}, **headers)
        self.made += made_by(answer)
        return answer

    def halted(self, presentation: Mapping[str, Any] = MESSAGE, **way: Any) -> str:
        """The path of an instance that waits for an answer."""
        ask = {"type": "halting", "presentation": presentation, "transitions": [{"target": "end", **way}]}
        return f"/workflows/instances/{self.data(self.start(self.published({'ask': ask})))['id']}"

    @property
    def namespace(self) -> str:
        return f"probe_{self.tag}"

    def listening(self) -> Receiver:
        """Where the server can reach us. Raises Untold."""
        if self.receiver is None:
            raise Untold("the server cannot reach this machine: --receiver PUBLIC_URL")
        return self.receiver

    def subscribed(self, path: str, *events: str, status: int = 200) -> None:
        """Subscribe this path of ours to events of the probe's own namespace, and answer with this status."""
        receiver = self.listening()
        receiver.answer(path, status)
        body = {"url": receiver.url + path, "events": list(events), "secret": _SECRET}
        answer = self.ask("POST", "/webhooks/subscriptions", {**body, "namespace_filter": self.namespace})
        self.made += made_by(answer)
        self.data(answer)

    def received(self, *paths: str) -> Received:
        """The next request that reaches one of these paths of ours. Raises Untold."""
        while (came := self.listening().take(_RECEIVED_SECONDS)) is not None:
            if came.path in paths:
                return came
        raise Untold(f"nothing reached {self.listening().url}{paths[0]} within {_RECEIVED_SECONDS} s")

    def advance(self, seconds: float) -> None:
        """Move the clock on, with a token for the time after. Raises Untold where it cannot be moved."""
        if not self.control:
            raise Untold("needs a clock that can be moved: the emulator's /_emulator")
        self.ask("POST", "/_emulator/clock/advance", {"seconds": seconds}).raise_for_status()
        self.ask("POST", "/_emulator/settle", {}).raise_for_status()
        renewed = self.service.account(self.account.client_id, self.account.client_secret)
        self.account = replace(renewed, name=self.account.name)

    def tidy(self) -> None:
        """Take back what was made: subscriptions before instances, whose end is no news then."""
        paths = sorted(dict.fromkeys(self.made))
        self.made.clear()
        self.left += [path for path in paths if not taken_back(self.service, self.account, path)]
        if self.receiver is not None:
            self.receiver.forget()
