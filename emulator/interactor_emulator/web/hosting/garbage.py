"""When a process that only serves looks for garbage.

What is imported and kept (instances, events) is never garbage until a reset. To look through all of it again and again
holds up every request, the longer the more there is: 15 s of mixed load end with a pause of a second.
"""

import gc

from interactor_emulator.account.account import Account

from .hosted import Accounts

_OLDEST_GENERATION = 2


def look_for_none() -> None:
    """While the process starts: nothing of what it builds now will ever be garbage."""
    gc.disable()


def look_as_ever() -> None:
    """The start has failed: whoever has called it goes on, and may be no server."""
    gc.enable()


def look_among_what_is_new(accounts: Accounts) -> None:
    """Whatever has outlived a full collection is not looked at again, until an account is emptied."""
    gc.freeze()
    gc.callbacks.append(_freeze)
    accounts.tell_of_forgetting(_unfreeze)
    gc.enable()


def _freeze(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == _OLDEST_GENERATION:
        gc.freeze()


def _unfreeze(_account: Account) -> None:
    gc.unfreeze()
