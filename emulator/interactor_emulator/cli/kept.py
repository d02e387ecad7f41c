"""`--snapshot FILE`: what a server's account holds outlives the server."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from interactor_emulator.definition.reading import read_definition
from interactor_emulator.services import execution
from interactor_emulator.services.snapshots import operations
from interactor_emulator.wholefile import check_writable, write_whole

if TYPE_CHECKING:
    from interactor_emulator.account.account import Account
    from interactor_emulator.emulator import Emulator

# "Ctrl-C and SIGTERM stop within a second": of that the server has had its part.
_REST_SECONDS = 0.4


def restore(emulator: "Emulator", snapshot: Path, definitions: Iterable[Path]) -> None:
    """Go on from the snapshot, if there is one; a definition that has changed since is a new version, and published.

    Raises InvalidSnapshot, or OSError also where no snapshot could be written: that is no news for the end."""
    check_writable(snapshot)
    if not snapshot.exists():
        return
    emulator.restore(snapshot)
    published = {row.name: row.published for row in emulator.account.store.workflows.values()}
    for file in definitions:
        source = read_definition(file)
        version = published.get(str(source["name"]))
        if version is None or version.definition.source != source:
            emulator.load(file)


def write(emulator: "Emulator", snapshot: Path) -> None:
    """Keep what the account holds. The server has ended: what was under way is broken off. Raises OSError."""
    account = emulator.account
    asyncio.run(_come_to_rest(account))
    with account.driver.lock:
        execution.break_off(account)
        document = operations.as_it_is(account)
    write_whole(snapshot, operations.text_of(document))


async def _come_to_rest(account: "Account") -> None:
    """States of the background mode pass, as far as there is time for it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_REST_SECONDS):
            await account.driver.run_async(execution.settle(account))
