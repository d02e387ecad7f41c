"""Snapshots: all that an account holds, kept, put back, or given to another account."""

from interactor_emulator.effects import Steps
from interactor_emulator.errors import NotFound, ValidationError

from .accounts import hosted, new_name
from .call import Command, Done

# What this needs is loaded when somebody calls it: no start waits for that.


def show(command: Command) -> Steps[Done]:
    """The account as it is once nothing in it is under way."""
    from interactor_emulator.services.snapshots import operations

    try:
        text = yield from operations.take(command.account)
    except operations.UnderWay as error:
        raise ValidationError(("snapshot", str(error))) from None
    return Done(text, content_type="application/json; charset=utf-8")


def put(command: Command) -> Steps[Done]:
    """The account is what the snapshot says; where it says what cannot be, nothing has changed."""
    from interactor_emulator.services.snapshots import operations

    account, raw = command.account, command.raw
    others = command.accounts.clients_beside(account)
    try:
        yield from operations.restore(account, lambda: operations.from_text(raw), others)
    except operations.InvalidSnapshot as error:
        raise ValidationError((error.path or "body", error.message)) from None
    return Done({})


def fork(command: Command) -> Steps[Done]:
    """A copy of the account that the path names, with a client and a token of its own."""
    name = command.params["name"]
    account = command.accounts.get(name)
    if account is None:
        raise NotFound(f"Account '{name}' not found; create it with POST /_emulator/accounts")
    new_name(command)  # whoever chose a name that is taken need not wait to hear of it
    command.account = account  # it is this one's work from here on
    return _forked(command)


def _forked(command: Command) -> Steps[Done]:
    from interactor_emulator.services.snapshots import operations

    try:
        document = yield from operations.at_rest(command.account)
    except operations.UnderWay as error:
        raise ValidationError(("name", str(error))) from None
    name, client = new_name(command)
    copy = operations.fork(command.account, document, command.accounts.organization(name), client)
    return hosted(command.accounts, name, copy, client)
