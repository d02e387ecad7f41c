"""Accounts, their clients and tokens."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from interactor_emulator.account.account import Account
from interactor_emulator.account.settings import KEEPABLE, Execution, limits_from
from interactor_emulator.account.tokens import SCOPES, Client
from interactor_emulator.errors import NotFound, ValidationError
from interactor_emulator.services import grants
from interactor_emulator.variants import variants_from
from interactor_emulator.web.call import instant, member, optional, strings
from interactor_emulator.web.hosting import founding
from interactor_emulator.web.hosting.hosted import DEFAULT, Accounts

from .call import Command, Done

_EMPTY = Done({})


def reset(command: Command) -> Done:
    keep = strings(command.body, "keep") or []
    if set(keep) - set(KEEPABLE):
        raise ValidationError(("keep", f"keep may name {', '.join(KEEPABLE)}"))
    command.account.reset(keep)
    return _EMPTY


def create_token(command: Command) -> Done:
    body = command.body
    scopes, namespaces = strings(body, "scopes"), strings(body, "namespaces")
    lifetime = optional(body, "expires_in", int)
    try:
        token = grants.mint(command.account, scopes, namespaces, lifetime)
    except (ValueError, OverflowError) as error:
        raise ValidationError(("body", str(error))) from None
    if lifetime is None:
        lifetime = command.account.limits.access_token_seconds
    return Done({"access_token": token, "expires_in": lifetime})


def create_account(command: Command) -> Done:
    """A new, empty account with a client of its own, made like the default one unless said otherwise."""
    body, accounts = command.body, command.accounts
    name, client = new_name(command)
    now = optional(body, "now", str)
    settings = replace(
        accounts.default.settings,
        name=accounts.organization(name),
        seed=optional(body, "seed", int),
        now_ms=None if now is None else instant("now", now),
        frozen=member(body, "frozen", bool, now is not None),
        rate_limits=member(body, "rate_limits", bool, False),
        execution=_execution(member(body, "execution", str, "inline")),
        clients=(client,),
        **_chosen(body),
    )
    return hosted(accounts, name, Account(settings, accounts.default.pool), client)


def new_name(command: Command) -> tuple[str, Client]:
    """The name that a new account is to have, or a free one, and its client. Raises ValidationError."""
    return founding.new_name(command.accounts, optional(command.body, "name", str))


def hosted(accounts: Accounts, name: str, account: Account, client: Client) -> Done:
    """Host the account under this name; what its client needs."""
    token = founding.hosted(accounts, name, account)
    credentials = {"client_id": client.client_id, "client_secret": client.client_secret, "access_token": token}
    return Done({"name": name, **credentials}, 201)


def _chosen(body: Mapping[str, object]) -> dict[str, Any]:
    """The limits and variants that an account has of its own; those of the default one, where none are named."""
    try:
        limits, variants = optional(body, "limits", dict), optional(body, "variants", dict)
        found: dict[str, Any] = {} if limits is None else {"limits": limits_from(limits)}
        return found if variants is None else {**found, "variants": variants_from(variants)}
    except ValueError as error:
        raise ValidationError(("body", str(error))) from None


def _execution(mode: str) -> Execution:
    if mode not in get_args(Execution):
        raise ValidationError(("execution", "execution is inline or background"))
    return cast(Execution, mode)


def delete_account(command: Command) -> Done:
    name = command.params["name"]
    if name == DEFAULT or command.accounts.get(name) is None:
        raise NotFound(f"Account '{name}' not found, or it is the default one")
    command.accounts.remove(name)
    return _EMPTY


def show_clients(command: Command) -> Done:
    return Done({"clients": [_client(client) for client in command.account.clients.values()]})


def create_client(command: Command) -> Done:
    client_id, secret = optional(command.body, "client_id", str), optional(command.body, "client_secret", str)
    if not client_id or not secret:
        raise ValidationError(("client_id", "client_id and client_secret are required"))
    scopes, namespaces = strings(command.body, "scopes"), strings(command.body, "namespaces")
    if unknown := set(scopes or ()) - set(SCOPES):
        raise ValidationError(("scopes", f"unknown scope {min(unknown)}; there are {', '.join(SCOPES)}"))
    founding.refuse_taken(command.accounts, client_id, "client_id", command.account)
    client = Client(
        client_id,
        secret,
        SCOPES if scopes is None else tuple(scopes),
        None if namespaces is None else tuple(namespaces),
    )
    command.account.clients[client_id] = client
    return Done(_client(client), 201)


def _client(client: Client) -> Mapping[str, object]:
    owned = None if client.namespaces is None else list(client.namespaces)
    return {"client_id": client.client_id, "scopes": list(client.scopes), "namespaces": owned}
