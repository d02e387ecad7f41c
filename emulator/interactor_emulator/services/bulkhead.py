"""Keeps a fault of the emulator where it arose: it harms that one thing, and is told of.

What is done beside everybody (the clock's queue, deliveries, readers, people) has nobody to raise to. Whatever goes
wrong there is logged in full and noticed, and everything else goes on.
"""

import logging
import traceback

from interactor_emulator import notices
from interactor_emulator.account.account import Account
from interactor_emulator.redaction import redact
from interactor_emulator.state.events import Noticed

log: logging.Logger = logging.getLogger("interactor_emulator")


def contain(account: Account, what: str, error: BaseException, instance_id: str = "") -> None:
    """Log and notice an error that nobody can be told of; `what` names the one thing that it harmed."""
    secrets = account.secrets.ever
    told = redact("".join(traceback.format_exception(error)), secrets)
    log.error("%s of account %s failed inside the emulator\n%s", what, account.name, told)
    notice = Noticed.of(notices.INTERNAL_FAULT, what=what, error=f"{type(error).__name__}: {error}")
    account.journal.notice(notice, instance_id)
