"""Commands that tests run as a user would, apart from the session that runs them."""

import os
import sys
from pathlib import Path

_BIN = Path(sys.executable).parent


def with_commands() -> dict[str, str]:
    """The environment of this session, with the emulator's commands on PATH, and nothing of how pytest was called.

    Nothing is measured for coverage in it: what is run so is what other tests cover, and much of it.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}
    return ours | {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
