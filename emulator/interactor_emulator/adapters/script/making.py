"""How the children of this process make their sandboxes."""

import logging
import os

from .worker import BYTECODE, SOURCE

SWITCH = "INTERACTOR_EMULATOR_BYTECODE"
"""The variable of the environment that does without bytecode."""

_OFF = ("off", "0", "false", "no")

log: logging.Logger = logging.getLogger("interactor_emulator")


class Making:
    """From bytecode, unless that is switched off, or a child has crashed over it."""

    def __init__(self) -> None:
        self.word = SOURCE if os.environ.get(SWITCH, "").lower() in _OFF else BYTECODE

    def crashed(self) -> None:
        """A child ended before it was ready: the next ones do without, and it is said once."""
        if self.word == BYTECODE:
            self.word = SOURCE
            log.warning("a script process ended over its bytecode; scripts start from source now, which is slower")


making: Making = Making()
