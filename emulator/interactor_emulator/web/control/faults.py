"""Fault rules, on calls and on webhooks."""

from interactor_emulator.errors import ValidationError, WrongValue
from interactor_emulator.faults.described import described, set_described
from interactor_emulator.redaction import redact

from .call import Command, Done


def show_faults(command: Command) -> Done:
    shown = [described(rule) for rule in command.account.faults]
    return Done({"faults": redact(shown, command.account.secrets.ever)})


def create_fault(command: Command) -> Done:
    try:
        rule = set_described(command.account.faults, command.body)
    except WrongValue as error:
        raise ValidationError((error.member, str(error))) from None
    return Done(described(rule), 201)


def delete_faults(command: Command) -> Done:
    command.account.faults.clear()
    return Done({})
