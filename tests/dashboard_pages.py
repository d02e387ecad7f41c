"""The dashboard as somebody without a browser has it: pages as texts, forms sent as they stand there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import httpx

HOSTILE = "<b-hostile onhostile=1>\"' onhostile='1' </script>"
"""A text that is a tag, or an attribute, wherever it stands unescaped."""


@dataclass
class Dashboard:
    """The pages of a server; `account` is the one that they are of."""

    url: str
    account: str = "default"

    def get(self, path: str = "", **query: str) -> httpx.Response:
        """A page; "" is the overview."""
        return httpx.get(self._address(path), params={"account": self.account, **query}, timeout=30)

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
