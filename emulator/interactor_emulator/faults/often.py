"""How often a rule does its work, and the checks of what it is given: rules on webhooks and on calls share them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from interactor_emulator.errors import WrongValue
from interactor_emulator.jsontext import is_number
from interactor_emulator.nearest import hint


@dataclass(slots=True, eq=False, kw_only=True)
class Often:
    """It works `times` times (None: always), once `after` have passed unharmed, each with this `probability`."""

    times: int | None = None
    after: int = 0
    probability: float = 1.0
    seen: int = 0
    used: int = 0

    def __post_init__(self) -> None:
        if self.times is not None:
            check_whole("match.times", self.times, 1)
        check_whole("match.after", self.after, 0)
        check_number("match.probability", self.probability, 0, 1)

    def falls(self, chance: Callable[[], float]) -> bool:
        """Whether it does its work on what it fits; counts it if so."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.used >= self.times):
            return False
        if self.probability < 1 and chance() >= self.probability:
            return False
        self.used += 1
        return True


def check_whole(member: str, value: object, least: int) -> None:
    """Raise WrongValue for what is no whole number from `least` on."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        _refuse(member, f"must be a whole number, {least} or more", value)


def check_number(member: str, value: object, least: float, most: float) -> None:
    """Raise WrongValue for what is no number from `least` to `most`."""
    if not is_number(value) or not least <= value <= most:
        _refuse(member, f"must be a number from {least:g} to {most:g}", value)


def check_text(member: str, value: object) -> None:
    """Raise WrongValue for what is no text, and not left out."""
    if value is not None and (not isinstance(value, str) or not value):
        _refuse(member, "must be a text", value)


def check_name(member: str, what: str, value: object, known: Sequence[str]) -> None:
    """Raise WrongValue for a name that is not known, with the nearest that is."""
    if value not in known:
        raise WrongValue(member, f"unknown {what} {value!r}: {hint(value, known)}")


def _refuse(member: str, wanted: str, value: object) -> NoReturn:
    raise WrongValue(member, f"{member.rpartition('.')[2]} {wanted}, not {value!r:.200}")
