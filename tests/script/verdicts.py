"""What the tests of scripts call, as types, and the two kinds of verdict told apart."""

from collections.abc import Callable
from typing import Any

from interactor_emulator.adapters.script.pool import ScriptCall
from interactor_emulator.effects import ScriptFault, ScriptResult

Verdict = ScriptResult | ScriptFault

MakeCall = Callable[..., ScriptCall]
"""Code and what the call changes of its surroundings."""

Run = Callable[..., Verdict]
"""The same, and it is run."""

Evaluate = Callable[..., Any]
"""An expression, and what it comes to."""


def result(verdict: Verdict) -> ScriptResult:
    """The verdict of a script that has to end well."""
    assert isinstance(verdict, ScriptResult), verdict
    return verdict


def fault(verdict: Verdict) -> ScriptFault:
    """The verdict of a script that has to fail."""
    assert isinstance(verdict, ScriptFault), verdict
    return verdict
