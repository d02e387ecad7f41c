"""What is happening now: counts, what falls due, what wants attention, the latest of all that happened."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from interactor_emulator.account.account import Account
from interactor_emulator.effects import Steps
from interactor_emulator.services import instances, workflows
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.instance import Status
from interactor_emulator.web.dashboard.first_steps import EXAMPLE, INPUT, NAMESPACE, commands, is_there
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit
from interactor_emulator.wire.told import Told, said

from .start import cause

_LATEST = 40
_LOOKED_AT = 1_000
_GROUPS = 8
_OF_A_GROUP = 5
_DUE = 6
_STATUSES: tuple[Status, ...] = ("running", "halted", "completed", "failed", "cancelled")


def show(visit: Visit) -> Answer:
    """The first page."""
    account = visit.account
    counts = Counter(instance.status for instance in account.store.instances.values())
    empty = not account.store.workflows
    return Page(
        "overview.html",
        "Overview",
        {
            "counts": [(status, counts[status]) for status in _STATUSES],
            "workflows": len(account.store.workflows),
            "subscriptions": len(account.outbox.subscriptions),
            "queue": account.clock.soonest(_DUE),
            "groups": list(islice(_groups(account), _GROUPS)),
            "latest": latest(account),
            "first_steps": list(commands(visit)) if empty else [],
        },
    )


def act(visit: Visit) -> Steps[Answer]:
    """Make the example workflow, unless it is there, and start it."""
    account, name = visit.account, str(EXAMPLE["name"])
    if not is_there(account):
        if name not in account.store.workflows:
            yield from workflows.create(account, EXAMPLE)
        workflows.publish(account, name, account.store.workflows[name].versions[-1].id)
    instance = yield from instances.create(account, name, NAMESPACE, INPUT, cause(account))
    return GoTo(visit.link(f"instances/{instance.id}"))


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the feed. `label` is what it is called, `path` where it can be looked at, empty where it cannot."""

    at: str
    kind: str
    label: str
    text: str
    path: str


def latest(account: Account, most: int = _LATEST) -> list[Happened]:
    """The latest happenings that say something, the newest first."""
    kept = account.happenings
    passage = kept.after(max(kept.first, kept.count - most * 3), most * 3)
    found = []
    for told in _told(passage.frames):
        label, text = said(told)
        if text is not None:
            at = str(told["at"]).replace("T", " ").removesuffix("Z")
            found.append(Happened(at, told["kind"], label, text, _path(told)))
    return found[::-1][:most]


def _path(told: Told) -> str:
    """The page of what it is about: a delivery, an instance, a request, a workflow."""
    for member, path in _PATHS.items():
        if isinstance(about := told.get(member), str):
            return f"{path}/{quote(about)}"
    return ""


_PATHS: Mapping[str, str] = {
    "delivery_id": "webhooks/deliveries",
    "instance_id": "instances",
    "request_id": "requests",
    "workflow": "workflows",
}


def _told(frames: list[bytes]) -> Iterator[Told]:
    for frame in frames:
        for row in frame.decode().split("\n"):  # a text in it may hold what else would end a line
            if row.startswith("data: "):
                yield json.loads(row.removeprefix("data: "))


@dataclass(slots=True)
class Group:
    """Diagnostics of one code: how often it was noticed, and the latest."""

    code: str
    times: int
    latest: list[Noticed]


def _groups(account: Account) -> Iterator[Group]:
    """By code, that of the newest first."""
    found: dict[str, Group] = {}
    for each in list(account.journal.notices)[: -_LOOKED_AT - 1 : -1]:
        group = found.setdefault(each.code, Group(each.code, 0, []))
        group.times += each.times
        if len(group.latest) < _OF_A_GROUP:
            group.latest.append(each)
    yield from found.values()
