"""Keep an account, put it back, copy it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Client
from interactor_emulator.effects import Steps, Walk
from interactor_emulator.jsontext import NotJson, decode, encode
from interactor_emulator.services import due
from interactor_emulator.state.plain import Misfit

from . import checking, reading, restoring, taking
from .document import Document
from .reading import InvalidSnapshot

__all__ = [
    "InvalidSnapshot",
    "UnderWay",
    "as_it_is",
    "at_rest",
    "fork",
    "from_text",
    "restore",
    "take",
    "text_of",
]

# Data may be nested as deep as a limit can say, within events within an instance.
_DEPTH = 250


class UnderWay(ValueError):
    """Something is in the middle of what it does, and cannot be kept."""


def take(account: Account) -> Steps[str]:
    """The account as the text of a snapshot, once nothing in it is under way. Raises UnderWay."""
    document = yield from at_rest(account)
    return (yield from Walk(lambda: text_of(document)).perform())


def at_rest(account: Account) -> Steps[Document]:
    """The account once nothing in it is under way. Raises UnderWay."""
    yield from due.settle(account)
    return as_it_is(account)  # at once: with the next effect something may be under way again


def as_it_is(account: Account) -> Document:
    """The account at this moment, locked meanwhile. Raises UnderWay."""
    if account.running or account.background or any(each.under_way for each in account.outbox.subscriptions.values()):
        what = "; ".join(due.waiting_for(account))
        raise UnderWay(f"a call cannot ask for a snapshot of what waits for that very call ({what})")
    return taking.document(account)


def text_of(document: Document) -> str:
    """As a file or an answer has it."""
    return encode(reading.written(document))


def restore(account: Account, value: Callable[[], object], others: Iterable[str] = (), where: str = "") -> Steps[None]:
    """Let the account be what the snapshot says that `value` reads; clients of the ids `others` stay with those who
    have them. An error begins with `where`.

    Raises InvalidSnapshot, and nothing has changed."""
    limits = account.limits

    def built() -> restoring.Built:
        document = reading.read(value(), limits)
        checking.check(document, limits)
        return restoring.build(document)

    try:
        made = yield from Walk(built).perform()
    except Misfit as misfit:
        raise InvalidSnapshot(misfit.message, misfit.path, where) from None
    taken = frozenset(others)
    own = {each.client_id: each for each in account.settings.clients}
    told = {each.client_id: each for each in made.document.clients if each.client_id not in taken}
    restoring.put(account, made, {**own, **told}.values())


def fork(account: Account, document: Document, name: str, client: Client) -> Account:
    """A copy of the account, as its document has it, of this name and with this client, that goes its own way.

    It shares what never changes, and the world outside: the applications that routes and subscriptions lead to."""
    made = Account(replace(account.settings, name=name, clients=(client,)), account.pool)
    apps = {each.id: each.app for each in account.outbox.subscriptions.values()}
    restoring.put(made, restoring.build(document), [client], apps)
    made.prepare_like(account)
    return made


def from_text(text: bytes) -> object:
    """The JSON in a text. Raises Misfit."""
    try:
        return decode(text, _DEPTH)
    except NotJson as error:
        raise Misfit(str(error).removeprefix("Body is ")) from None
