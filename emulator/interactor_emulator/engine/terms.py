"""What the account lets its instances have."""

from collections.abc import Mapping
from dataclasses import dataclass

from interactor_emulator.limits import Limits


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers in force, and the secrets by name."""

    limits: Limits
    secrets: Mapping[str, str]
