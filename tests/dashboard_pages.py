"""The dashboard as somebody without a browser has it: pages as texts, forms sent as they stand there."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl

import httpx
from interactor_emulator import Emulator, InteractorError, Server
from interactor_emulator.web.dashboard.routes import VIEWS

from tests.workflows import halt, http, script, terminal, to, workflow

HOSTILE = "<b-hostile onhostile=1>\"' onhostile='1' </script>"
"""A text that is a tag, or an attribute, wherever it stands unescaped."""


@dataclass
class Dashboard:
    """The pages of a server; `account` is the one that they are of."""

    url: str
    account: str = "default"

    def get(self, path: str = "", **query: str) -> httpx.Response:
        """A page; "" is the overview. A query may stand in the path as well."""
        path, _, more = path.partition("?")
        asked = {"account": self.account, **dict(parse_qsl(more)), **query}
        return httpx.get(self._address(path), params=asked, timeout=30)

    def post(self, path: str, query: dict[str, str] | None = None, /, **form: str) -> httpx.Response:
        """A form, with the token that all forms of the server carry."""
        asked = {"account": self.account, **(query or {})}
        sent = {"token": self.token(), **form}
        return httpx.post(self._address(path), params=asked, data=sent, timeout=30)

    def token(self) -> str:
        """What the forms carry."""
        found = re.search(r'name="token" value="(\w+)"', self.get("time").text)
        assert found is not None
        return found[1]

    def _address(self, path: str) -> str:
        return f"{self.url}/_emulator/dashboard/{path}" if path else f"{self.url}/_emulator/"


def words(page: httpx.Response) -> str:
    """What a page says, in one line."""
    assert page.headers["content-type"].startswith("text/html"), page.text
    main = page.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def links(page: httpx.Response) -> list[str]:
    """Where its links lead."""
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', page.text)]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def hostile(html: str) -> Iterator[str]:
    """What stands in a page that none of ours does: tags, handlers and styles that came out of somebody's text."""
    tags = _Tags()
    tags.feed(html)
    for tag, attributes in tags.found:
        if tag == "b-hostile":
            yield tag
        yield from (f"{tag} {name}" for name, _ in attributes if name.startswith("on") or name == "style")
        if tag == "script" and not dict(attributes).get("src", "").startswith("/_emulator/"):  # type: ignore[union-attr]
            yield tag
        yield from (f"{tag} {name}" for name, value in attributes if (value or "").lower().startswith("javascript:"))


FILES = frozenset(
    {
        "workflows/{name}/scenarios/{number}",
        "metrics.txt",
        "settings/snapshot",
    }
)
"""What is saved or read by programs: no page."""
TABS = ("warnings", "definition", "coverage", "scenarios")


def filled(interactor: Emulator, server: Server, text: str = "Läptop") -> Mapping[str, str]:
    """An account in which something stands on every page, with this text wherever a text may stand; what the parts of
    addresses are called."""
    dashboard = Dashboard(server.url)
    ask = {"type": "form", "title": text, "fields": [{"name": "ok", "type": "boolean", "label": text}]}
    sent = text.encode("utf-8", "replace").decode()  # half a surrogate can be sent nowhere
    calls = http("https://shop.example.com/pay", "end", method="POST", body={"note": sent})
    code = "console.log(input.note); return { note: input.note, long: input.days > 3 }"
    states = {
        "check": script(code, to(text, long=True), "pay"),
        text: {**halt(to("pay", ok=True), "end"), "presentation": ask, "nonsense": text},
        "pay": calls,
        "end": terminal(description=text),
    }
    name = "shown"
    interactor.load(workflow(name, states))
    interactor.load({**workflow(name, states), "ai_guidance": text}, publish=False)
    interactor.webhooks.subscribe("http://127.0.0.1:1/hooks", ["workflow.instance.created"])
    given = {"note": text, text: [text, {text: None}]}
    with suppress(InteractorError):
        interactor.start(name, input=given, namespace=text)  # fails of a call that is let out nowhere
    interactor.start(name, input={**given, "days": 5}).resume(ok=False)
    interactor.start(name, input={**given, "days": 5}).cancel()
    run = interactor.start(name, input={**given, "days": 5}, namespace="user_1")
    asked = {"Authorization": f"Bearer {interactor.token()}", "X-Request-Id": "req_own"}
    asked["Content-Type"] = "application/json"
    httpx.post(f"{server.api_url}/workflows/{name}/instances", content=json.dumps({"input": given}), headers=asked)
    trial = dashboard.post("webhooks/certify", url="http://127.0.0.1:1/", secret="whsec_of_thirty_two_letters_at_least")
    delivery = next(iter(interactor.account.outbox.deliveries))
    *_, call = interactor.account.caller.records
    return {
        "name": name,
        "instance_id": run.id,
        "delivery_id": delivery,
        "request_id": "req_own",
        "calls/{number}": f"calls/{call.number}",
        "webhooks/certify/{number}": f"webhooks/certify/{trial.headers['location'].rsplit('/', 1)[1]}",
    }


def addresses(parts: Mapping[str, str] | None = None) -> list[str]:
    """The path of every page that there is, in an account with these parts; without them of those that have none."""
    found, known = [], parts or {}
    for view in VIEWS:
        if view.show is None or view.path in FILES or (parts is None and "{" in view.path):
            continue
        path = known.get(view.path) or re.sub(r"\{(\w+)(?::path)?\}", lambda part: known[part[1]], view.path)
        found.append(path)
        if parts is not None and view.path == "workflows/{name}":
            found += [f"{path}?tab={tab}" for tab in TABS]
    return found
