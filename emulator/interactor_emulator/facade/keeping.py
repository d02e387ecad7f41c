"""Snapshots as a test takes them, and goes back to them."""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from interactor_emulator.jsontext import AnyJson, copied
from interactor_emulator.wholefile import write_whole

from .prepared import Prepared


class Keeping(Prepared):
    """An account that can be kept and put back."""

    def clients_elsewhere(self) -> Iterable[str]:
        """The client ids that belong to other accounts of its server."""
        return ()

    def snapshot(self, file: str | Path | None = None) -> dict[str, AnyJson]:
        """All that the account holds, as JSON (`docs/reference/snapshots.md`), once nothing in it is under way.

        With a `file` it is written there too, in place of what was there. Raises OSError, or UnderWay where a call asks
        for it that the account waits for."""
        from interactor_emulator.services.snapshots import operations  # late: few tests keep anything

        text = self.perform(operations.take)
        if file is not None:
            write_whole(Path(file), text)
        return json.loads(text)  # type: ignore[no-any-return]  # an object

    def restore(self, snapshot: Mapping[str, AnyJson] | str | Path) -> None:
        """Let the account be what a snapshot says, the one given or that in a file; what a test has prepared (secrets,
        routes, stubs, faults, people, receivers) stays as it is.

        Raises InvalidSnapshot, which says what is wrong, or OSError, and nothing has changed."""
        from interactor_emulator.services.snapshots import operations

        others = self.clients_elsewhere()
        if isinstance(snapshot, Mapping):
            value, where = partial(copied, snapshot, "snapshot"), ""
        else:
            value, where = partial(operations.from_text, Path(snapshot).read_bytes()), f"{snapshot}: "
        self.perform(lambda account: operations.restore(account, value, others, where))
