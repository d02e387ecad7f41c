"""What is happening now: counts, what falls due, what wants attention, the latest of all that happened."""

import json
from collections import Counter
from collections.abc import Iterator

from interactor_emulator.account.account import Account
from interactor_emulator.state.instance import Status
from interactor_emulator.web.dashboard.visit import Answer, Page, Visit
from interactor_emulator.wire import seen
from interactor_emulator.wire.told import Told, lines

_LATEST = 40
_ATTENTION = 12
_DUE = 6
_STATUSES: tuple[Status, ...] = ("running", "halted", "completed", "failed", "cancelled")


def show(visit: Visit) -> Answer:
    """The first page."""
    account = visit.account
    counts = Counter(instance.status for instance in account.store.instances.values())
    return Page(
        "overview.html",
        "Overview",
        {
            "counts": [(status, counts[status]) for status in _STATUSES],
            "workflows": len(account.store.workflows),
            "subscriptions": len(account.outbox.subscriptions),
            "queue": account.clock.soonest(_DUE),
            "diagnostics": [seen.diagnostic(each) for each in list(account.journal.notices)[-_ATTENTION:]][::-1],
            "latest": latest(visit.account),
            "first_steps": [],
        },
    )


def latest(account: Account, most: int = _LATEST) -> list[tuple[Told, str]]:
    """The latest happenings that say something, the newest first, each with what it says."""
    kept = account.happenings
    passage = kept.after(max(kept.first, kept.count - most * 3), most * 3)
    said = [(told, text) for told in _told(passage.frames) for text in list(lines(told))[:1]]
    return said[::-1][:most]


def _told(frames: list[bytes]) -> Iterator[Told]:
    for frame in frames:
        for row in frame.decode().splitlines():
            if row.startswith("data: "):
                yield json.loads(row.removeprefix("data: "))
