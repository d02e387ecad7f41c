"""What the service may do otherwise: the values in force, and their change."""

from interactor_emulator.errors import ValidationError

from .call import Command, Done


def show(command: Command) -> Done:
    return Done(command.account.variants.values())


def change(command: Command) -> Done:
    """Those that are named; the others stay as they are, and a reset goes back to what the account was made with."""
    try:
        command.account.variants.change(command.body)
    except ValueError as error:
        raise ValidationError(("body", str(error))) from None
    return show(command)
