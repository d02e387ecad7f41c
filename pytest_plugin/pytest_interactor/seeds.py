"""The seed of a test's emulator, where no marker chooses one."""

from collections.abc import MutableMapping
from zlib import crc32

import pytest

FIXED = 1
_RUNS = pytest.StashKey[MutableMapping[str, int]]()


def seed_of(item: pytest.Item) -> int:
    """The same for all tests; but one of its own for each that uses `interactor_env`.

    An app that is started once lives through many tests. Under one seed the second of them would repeat the ids of the
    first, so that an app drops its deliveries as seen, or finds its instances answered. The seed is made of the test's
    name, and is the same in each session; a test that is run again in one session is another test to such an app."""
    if "interactor_env" not in getattr(item, "fixturenames", ()):
        return FIXED
    runs = item.config.stash.setdefault(_RUNS, {})
    before = runs.get(item.nodeid, 0)
    runs[item.nodeid] = before + 1
    return crc32(f"{item.nodeid} {before}".encode("utf-8", "backslashreplace"))
