"""Accounts that somebody asks for while the server runs: their names, their clients, their place among the others."""

from itertools import count

from interactor_emulator.account.account import Account
from interactor_emulator.account.tokens import Client
from interactor_emulator.errors import ValidationError
from interactor_emulator.services import grants

from .hosted import Accounts

_NAME_CHARACTERS = 64


def new_name(accounts: Accounts, asked: str | None) -> tuple[str, Client]:
    """The name that a new account is to have, or a free one, and its client. Raises ValidationError."""
    name = asked or _free_name(accounts)
    if accounts.get(name) is not None:
        raise ValidationError(("name", f"Account '{name}' exists"))
    if not (name.isascii() and name.replace("_", "").replace("-", "").isalnum()) or len(name) > _NAME_CHARACTERS:
        raise ValidationError(("name", "name may have up to 64 letters, digits, underscores and hyphens"))
    client = Client(_client_id(name), f"secret_{name}")
    refuse_taken(accounts, client.client_id, "name")
    return name, client


def hosted(accounts: Accounts, name: str, account: Account) -> str:
    """Host the account under this name; a token of it."""
    token = grants.mint(account)
    accounts.put(name, account)  # last: of what was refused nothing stays
    return token


def refuse_taken(accounts: Accounts, client_id: str, member: str, own: Account | None = None) -> None:
    """A client id says whose tokens are asked for, so it is one account's. Raises ValidationError."""
    holder = accounts.by_client().get(client_id)
    if holder is not None and holder is not own:
        message = f"client id '{client_id}' belongs to account '{holder.name}'; choose another"
        raise ValidationError((member, message))


def _client_id(name: str) -> str:
    return f"client_{name}"


def _free_name(accounts: Accounts) -> str:
    """The first that no account has, and whose client id is nobody's: accounts come and go."""
    taken, names = accounts.by_client(), (f"account_{number}" for number in count(len(list(accounts))))
    return next(name for name in names if accounts.get(name) is None and _client_id(name) not in taken)
