"""Tests that need more than Python: left out where it is not there, and failing where it must be, as in CI."""

import os
from typing import NoReturn

import pytest

REQUIRED = "NEED_BROWSER"
"""The variable that says: a browser, Node and their packages must be here."""
ELIXIR = "NEED_ELIXIR"
"""The variable that says: Elixir must be here."""


def leave_out(what: str, how: str, required: str = REQUIRED) -> NoReturn:
    """Leave the test out, saying how to have it; fail it where the variable says that it must not be left out."""
    if os.environ.get(required):
        pytest.fail(f"{what}, and {required} is set: {how}", pytrace=False)
    pytest.skip(f"{what}: {how}")
