"""Settings: accounts, clients and tokens, secrets, variants, limits, snapshots, reset."""

import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import fields, replace
from functools import partial
from typing import Any

from interactor_emulator import bounds
from interactor_emulator.account.account import Account
from interactor_emulator.account.settings import KEEPABLE, execution_from
from interactor_emulator.account.tokens import SCOPES, Client
from interactor_emulator.effects import Steps
from interactor_emulator.errors import PayloadTooLarge, ValidationError
from interactor_emulator.limits import LIMITS
from interactor_emulator.services import grants
from interactor_emulator.variants import VARIANTS
from interactor_emulator.web.call import instant
from interactor_emulator.web.dashboard.variant_words import MEANINGS
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Text, Visit
from interactor_emulator.web.hosting import founding
from interactor_emulator.web.hosting.hosted import DEFAULT

_MOST_DIGITS = 12
_SCOPE = "scope:"
_KEEP = "keep:"


def show(visit: Visit) -> Answer:
    """All of them on one page."""
    return _page(visit)


def _page(visit: Visit, made: Mapping[str, str] | None = None) -> Page:
    account = visit.account
    values: dict[str, Any] = {
        "own": account,
        "names": [(name, _numbers(visit, name)) for name in visit.accounts.names()],
        "default_name": DEFAULT,
        "clients": list(account.clients.values()),
        "scopes": SCOPES,
        "secret_names": list(account.secrets),
        "variants": [_variant(account, name) for name in VARIANTS],
        "limits": [_limit(account, each.name) for each in fields(LIMITS)],
        "keepable": KEEPABLE,
        "made": made,
        "proposed": os.urandom(12).hex(),
    }
    return Page("settings.html", "Settings", values)


def _variant(account: Account, name: str) -> tuple[str, str, str, str, Mapping[str, str]]:
    """Name, value, default, what it is about, and what each value means."""
    return name, account.variants.values()[name], VARIANTS[name][0], *MEANINGS[name]


def _limit(account: Account, name: str) -> tuple[str, float, float]:
    """Name, value, and the service's own."""
    return name, getattr(account.limits, name), getattr(LIMITS, name)


def _numbers(visit: Visit, name: str) -> tuple[int, int]:
    """Workflows and instances of an account."""
    account = visit.accounts.get(name)
    return (0, 0) if account is None else (len(account.store.workflows), len(account.store.instances))


def act(visit: Visit) -> Answer | Steps[Answer]:
    """Do what `do` names."""
    chosen = _ACTS.get(visit.form.get("do", ""))
    if chosen is None:
        raise ValidationError(("do", f"There is nothing to do called '{visit.form.get('do', '')[:50]}'"))
    return chosen(visit)


def _settings_of(visit: Visit, name: str = "") -> GoTo:
    return GoTo(replace(visit, account_name=name).link("settings") if name else visit.link("settings"))


# ---- accounts


def _create_account(visit: Visit) -> Answer:
    """Made like the default one unless said otherwise."""
    form, accounts = visit.form, visit.accounts
    name, client = founding.new_name(accounts, form.get("name", "").strip())
    now = form.get("now", "").strip()
    settings = replace(
        accounts.default.settings,
        name=accounts.organization(name),
        seed=_whole(form, "seed"),
        now_ms=instant("now", now) if now else None,
        frozen="frozen" in form,
        rate_limits="rate_limits" in form,
        execution=execution_from("background" if "background" in form else "inline"),
        clients=(client,),
    )
    founding.hosted(accounts, name, Account(settings, accounts.default.pool))
    return _settings_of(visit, name)


def _fork(visit: Visit) -> Steps[Answer]:
    """A copy of this account that goes its own way."""
    from interactor_emulator.services.snapshots import operations  # late: few ask

    accounts, asked = visit.accounts, visit.form.get("name", "").strip()
    founding.new_name(accounts, asked)  # whoever chose a name that is taken need not wait to hear of it
    try:
        document = yield from operations.at_rest(visit.account)
    except operations.UnderWay as error:
        raise ValidationError(("name", str(error))) from None
    name, client = founding.new_name(accounts, asked)
    founding.hosted(accounts, name, operations.fork(visit.account, document, accounts.organization(name), client))
    return _settings_of(visit, name)


def _delete(visit: Visit) -> Answer:
    """Remove this account: all in it goes, so it is asked first."""
    if visit.account_name == DEFAULT:
        raise ValidationError(("account", "The default account stays: reset it to empty it"))
    if "sure" not in visit.form:
        gone = f"All of account {visit.account_name} goes: {_held(visit.account)}. Its tokens die with it."
        return _ask(visit, f"Delete account {visit.account_name}?", [gone], "Delete it")
    visit.accounts.remove(visit.account_name)
    return _settings_of(visit, DEFAULT)


def _held(account: Account) -> str:
    numbers = {
        "workflows": len(account.store.workflows),
        "instances": len(account.store.instances),
        "webhook subscriptions": len(account.outbox.subscriptions),
        "deliveries": len(account.outbox.deliveries),
    }
    return ", ".join(f"{number:,} {what}" for what, number in numbers.items())


def _ask(visit: Visit, title: str, lines: list[str], button: str) -> Page:
    again = {name: value for name, value in visit.form.items() if name != "sure"}
    return Page("sure.html", title, {"lines": lines, "button": button, "again": again})


def _reset(visit: Visit) -> Answer:
    """Empty the account, but for what is kept: asked first."""
    kept = [each for each in KEEPABLE if _KEEP + each in visit.form]
    if "sure" not in visit.form:
        lines = [
            f"The account {visit.account_name} is again what it was made with, its clock and seed included.",
            f"It holds {_held(visit.account)}.",
            f"Kept are {', '.join(kept)}." if kept else "Nothing is kept.",
        ]
        return _ask(visit, "Reset the account?", lines, "Reset it")
    visit.account.reset(kept)
    return _settings_of(visit)


# ---- clients and tokens


def _create_client(visit: Visit) -> Answer:
    client_id, secret = visit.form.get("client_id", "").strip(), visit.form.get("client_secret", "")
    if not client_id or not secret:
        raise ValidationError(("client_id", "A client needs an id and a secret"))
    founding.refuse_taken(visit.accounts, client_id, "client_id", visit.account)
    visit.account.clients[client_id] = Client(client_id, secret, _scopes(visit), _namespaces(visit))
    return _page(visit, {"what": f"The secret of {client_id}", "text": secret})


def _remove_client(visit: Visit) -> Answer:
    visit.account.clients.pop(visit.form.get("client_id", ""), None)
    return _settings_of(visit)


def _create_token(visit: Visit) -> Answer:
    try:
        token = grants.mint(visit.account, _scopes(visit), _namespaces(visit), _whole(visit.form, "expires_in"))
    except (ValueError, OverflowError) as error:
        raise ValidationError(("expires_in", str(error))) from None
    return _page(visit, {"what": "A token", "text": token})


def _scopes(visit: Visit) -> tuple[str, ...]:
    return tuple(each for each in SCOPES if _SCOPE + each in visit.form)


def _namespaces(visit: Visit) -> tuple[str, ...] | None:
    """Those that are written, separated by commas; all of them where none is."""
    named = [each.strip() for each in visit.form.get("namespaces", "").split(",")]
    return tuple(filter(None, named)) or None


def _whole(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= _MOST_DIGITS):
        raise ValidationError((name, f"{name} is a whole number, not '{text[:50]}'"))
    return int(text)


# ---- secrets and variants


def _set_secret(visit: Visit) -> Answer:
    name, value = visit.form.get("name", "").strip(), visit.form.get("value", "")
    if not name or not value:
        raise ValidationError(("name", "A secret needs a name and a value"))
    try:
        visit.account.secrets[name] = value
    except ValueError as error:
        raise ValidationError(("value", str(error))) from None
    return _settings_of(visit)


def _remove_secret(visit: Visit) -> Answer:
    visit.account.secrets.pop(visit.form.get("name", ""), None)
    return _settings_of(visit)


def _set_variants(visit: Visit) -> Answer:
    try:
        visit.account.variants.change({name: value for name, value in visit.form.items() if name in VARIANTS})
    except ValueError as error:
        raise ValidationError(("variants", str(error))) from None
    return _settings_of(visit)


# ---- snapshots


def snapshot(visit: Visit) -> Steps[Answer]:
    """All that the account holds, as a file."""
    from interactor_emulator.services.snapshots import operations

    try:
        text = yield from operations.take(visit.account)
    except operations.UnderWay as error:
        raise ValidationError(("snapshot", str(error))) from None
    return Text(text, "application/json; charset=utf-8", f"{visit.account_name}.snapshot.json")


def restore(visit: Visit) -> Steps[Answer]:
    """Let the account be what the file says."""
    from interactor_emulator.services.snapshots import operations

    file = visit.files.get("snapshot")
    if file is None or not file.content:
        raise ValidationError(("snapshot", "Choose the file of a snapshot"))
    if len(file.content) > bounds.SNAPSHOT.most:
        raise PayloadTooLarge("A snapshot", bounds.SNAPSHOT.most)
    others = visit.accounts.clients_beside(visit.account)
    try:
        yield from operations.restore(visit.account, partial(operations.from_text, file.content), others)
    except operations.InvalidSnapshot as error:
        raise ValidationError((error.path or "snapshot", f"{error.path}: {error.message}".removeprefix(": "))) from None
    return _settings_of(visit)


_ACTS: Mapping[str, Callable[[Visit], Answer | Generator[Any, Any, Answer]]] = {
    "account": _create_account,
    "fork": _fork,
    "delete": _delete,
    "reset": _reset,
    "client": _create_client,
    "remove-client": _remove_client,
    "token": _create_token,
    "secret": _set_secret,
    "remove-secret": _remove_secret,
    "variants": _set_variants,
}
