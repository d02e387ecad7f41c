"""The dashboard as a browser without JavaScript sees it: pages are asked for, their forms filled in and sent."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx
from interactor_emulator import Emulator

_ORIGIN = "http://127.0.0.1"


@dataclass
class Form:
    """Where it leads, and what it sends as it is."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class Shown(HTMLParser):
    """A page: its status, its text, where its links lead, its forms."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status, self.html, self.headers = answer.status_code, answer.text, answer.headers
        self.url = str(answer.url)
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.pres: list[str] = []
        self._in_pre = False
        self._texts: list[str] = []
        self._select = ""
        self._area = ""
        self._button: tuple[str, str] | None = None
        self.feed(answer.text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts).split())

    def handle_data(self, data: str) -> None:
        self._texts.append(data)
        if self._in_pre:
            self.pres[-1] += data
        if self._area:
            self.forms[-1].values[self._area] += data
        if self._button is not None and self.forms:
            self.forms[-1].buttons.append((data.strip(), *self._button))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "pre":
            self._in_pre = True
            self.pres.append("")
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("method", "get"), given.get("action", "")))
        elif tag == "button":
            self._button = given.get("name", ""), given.get("value", "")
        elif self.forms and tag == "textarea":
            self._area = given["name"]
            self.forms[-1].values[self._area] = ""
        elif self.forms and tag == "input" and given.get("name"):
            ticked = given.get("type") in ("checkbox", "radio")
            if not ticked or "checked" in given:
                self.forms[-1].values[given["name"]] = given.get("value", "on" if ticked else "")
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self.forms and self._select:
            values = self.forms[-1].values
            if "selected" in given:
                values[self._select] = given.get("value", "")
            values.setdefault(self._select, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._in_pre = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "button":
            self._button = None
        elif tag == "select":
            self._select = ""

    def form(self, button: str) -> Form:
        """The first one with a button of that name."""
        return next(form for form in self.forms if any(button == each[0] for each in form.buttons))


class Pages:
    """Somebody in front of an emulator's dashboard."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def _ask(self, method: str, url: str, **more: Any) -> Shown:
        transport = httpx.ASGITransport(self._emulator.asgi_app)
        address = _ORIGIN + (url if url.startswith("/") else f"/_emulator/dashboard/{url}")
        async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
            return Shown(await client.request(method, address, **more))

    async def open(self, path: str) -> Shown:
        return await self._ask("GET", path)

    async def post(self, path: str, /, **values: str) -> Shown:
        return await self._ask("POST", path, data=values)

    async def press(self, shown: Shown, button: str, /, **values: str) -> Shown:
        """Fill in the form that has this button, and press it."""
        form = shown.form(button)
        name, value = next(each[1:] for each in form.buttons if each[0] == button)
        sent = {**form.values, **({name: value} if name else {}), **values}
        if form.method == "get":
            return await self._ask("GET", form.action, params=sent)
        return await self._ask("POST", form.action, data=sent)
