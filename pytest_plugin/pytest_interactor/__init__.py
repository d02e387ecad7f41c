"""Fixtures for testing against the Interactor API; pytest finds the plugin by its entry point."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .machine import WorkflowMachine

__all__ = ["WorkflowMachine"]


def __getattr__(name: str) -> object:
    """The machine needs Hypothesis, and the plugin does not."""
    if name == "WorkflowMachine":
        from .machine import WorkflowMachine

        return WorkflowMachine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
