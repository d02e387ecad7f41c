"""One account of the service: its parts, what it was made with, its tokens."""

from typing import Any


def __getattr__(name: str) -> Any:
    """What stood here when this was a file."""
    from importlib import import_module

    from interactor_emulator.moved import NAMES, warn

    if name in NAMES:
        new = f"interactor_emulator.{NAMES[name]}"
        warn(f"{__name__}.{name}", f"{new}.{name}")
        return getattr(import_module(new), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
