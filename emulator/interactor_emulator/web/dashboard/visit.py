"""What a page is asked for, and what it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.effects import Steps
from interactor_emulator.web.hosting.hosted import DEFAULT, Accounts
from interactor_emulator.web.multipart import SentFile
from interactor_emulator.web.operation import CONTROL_PREFIX

from .searches import Searches

HOME = f"{CONTROL_PREFIX}/"
PAGES = f"{CONTROL_PREFIX}/dashboard"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody asks for a page of this account: `params` are of its path, `form` what was posted, each the last value
    of its name, and `files` where the form had some; `url` is the path with its query, to come back to, `host` what the
    server was asked by."""

    accounts: Accounts
    account: Account
    account_name: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    url: str
    host: str
    searches: Searches
    files: Mapping[str, SentFile] = field(default_factory=dict)

    def link(self, path: str, /, **query: object) -> str:
        """The address of a page of this account: `path` is beneath the dashboard, "" the overview."""
        named = {} if self.account_name == DEFAULT else {"account": self.account_name}
        given = {**named, **{name: value for name, value in query.items() if value not in (None, "")}}
        return (f"{PAGES}/{path}" if path else HOME) + (f"?{urlencode(given)}" if given else "")


@dataclass(frozen=True, slots=True)
class Page:
    """A template's name, and what is put into it."""

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class GoTo:
    """What was asked for is done: go and look, at this address of ours."""

    url: str


@dataclass(frozen=True, slots=True)
class Text:
    """A file to be saved, or a text to be read by a program."""

    body: str
    content_type: str = "text/plain; charset=utf-8"
    filename: str | None = None


Answer = Page | GoTo | Text
Show = Callable[[Visit], Answer | Steps[Answer]]
"""Called while the account is held; may have effects."""


@dataclass(frozen=True, slots=True)
class View:
    """A page, and what its forms do. `path` is beneath the dashboard; `section` is the entry of the menu it is under.

    `module` has a function `show`, and `act` where something can be posted: by other names where one has several pages.
    It is imported when somebody asks for the page. A form of it has at most `most` bytes."""

    path: str
    section: str
    module: str
    show: str | None = "show"
    act: str | None = None
    most: int = bounds.BODY.most

    def shows(self) -> Show | None:
        """What renders it; None where it can only be posted to."""
        return self._named(self.show)

    def acts(self) -> Show | None:
        """What a form of it does; None where there is none."""
        return self._named(self.act)

    def _named(self, name: str | None) -> Show | None:
        if name is None:
            return None
        found: Show = getattr(import_module(f"{__package__}.views.{self.module}"), name)
        return found
