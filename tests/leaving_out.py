"""Tests that need more than Python: left out where it is not there, and failing where it must be, as in CI."""

import os
from typing import NoReturn

import pytest

REQUIRED = "NEED_BROWSER"
"""The variable that says: a browser and its packages must be here."""


def leave_out(what: str, how: str) -> NoReturn:
    """Leave the test out, saying how to have it; fail it where it must not be left out."""
    if os.environ.get(REQUIRED):
        pytest.fail(f"{what}, and {REQUIRED} is set: {how}", pytrace=False)
    pytest.skip(f"{what}: {how}")
