"""Tracebacks without our own frames: what went wrong stands in the test, and in the message."""

import pytest

_OURS = ("interactor_emulator", "pytest_interactor")
# What is raised on purpose. A fault of the emulator is anything else, and shows where it is.
_MEANT = (AssertionError, ValueError, TypeError, LookupError, OSError)


def without_ours(error: "pytest.ExceptionInfo[BaseException]") -> None:
    """Mark the frames of ours in a traceback as pytest looks for it: a name in the globals of their modules."""
    if isinstance(error.value, pytest.fail.Exception) and not error.value.pytrace:
        return  # no traceback is shown at all
    for entry in error.traceback:
        names = entry.frame.f_globals
        if str(names.get("__name__", "")).partition(".")[0] in _OURS:
            names["__tracebackhide__"] = _is_meant


def _is_meant(error: "pytest.ExceptionInfo[BaseException]") -> bool:
    """Whether a call was refused, or an assertion failed, or an application of the test's said `pytest.fail`."""
    from interactor_emulator.effects import WaitsForItself  # late: only a failure needs them
    from interactor_emulator.errors import InteractorError

    return isinstance(error.value, (*_MEANT, InteractorError, WaitsForItself, pytest.fail.Exception))
