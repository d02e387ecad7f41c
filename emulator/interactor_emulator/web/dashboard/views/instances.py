"""The instances: which there are, where each is, and what it waits for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import get_args

from interactor_emulator.account.account import Account
from interactor_emulator.jsontext import encode
from interactor_emulator.state.events import RetryScheduled
from interactor_emulator.state.instance import Instance, Status
from interactor_emulator.web.dashboard.visit import Answer, Page, Visit

_PAGE = 50
_NAMES = 200
# What is looked through for one page: whoever looks for a text in a hundred thousand goes on by a link.
_SECONDS = 0.12
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Row:
    """An instance as a line of the list."""

    instance: Instance
    waits_for: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of instances. `older` is the id from which the next one goes on; `whole` is false where the time was up
    before the page was full."""

    instances: list[Instance]
    older: str | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which instances to show; empty means any."""

    workflow: str = ""
    namespace: str = ""
    status: str = ""
    text: str = ""

    def accepts(self, instance: Instance) -> bool:
        return (
            self.status in ("", instance.status)
            and self.workflow in ("", instance.version.workflow_name)
            and self.namespace in ("", instance.namespace)
            and (not self.text or _mentions(instance, self.text))
        )


def show(visit: Visit) -> Answer:
    """A page of the list, the newest first."""
    account, query = visit.account, visit.query
    asked = {name: query.get(name, "").strip() for name in ("workflow", "namespace", "status", "text")}
    found = _find(account, Wanted(**asked), query.get("before", ""))
    return Page(
        "instances.html",
        "Instances",
        {
            **asked,
            "before": query.get("before", ""),
            "filtered": any(asked.values()),
            "rows": _rows(account, found.instances),
            "found": found,
            "newest": visit.link("instances", **asked),
            "older": None if found.older is None else visit.link("instances", **asked, before=found.older),
            "count": len(account.store.instances),
            "statuses": get_args(Status),
            "workflows": list(account.store.workflows)[:_NAMES],
        },
    )


def _find(account: Account, wanted: Wanted, before: str) -> Found:
    found: list[Instance] = []
    until, last = perf_counter() + _SECONDS, ""
    for number, instance in enumerate(_older(account.store.newest_instances(), before)):
        if number % _AT_ONCE == _AT_ONCE - 1 and perf_counter() > until:
            return Found(found, last, whole=len(found) >= _PAGE)
        if wanted.accepts(instance):
            if len(found) == _PAGE:
                return Found(found, last)
            found.append(instance)
        last = instance.id
    return Found(found, None)


def _older(instances: Iterable[Instance], before: str) -> Iterator[Instance]:
    """Ids grow with time: those of an instance that is gone meanwhile show the place, too."""
    return (each for each in instances if not before or each.id < before)


def _mentions(instance: Instance, text: str) -> bool:
    """Whether the text stands in its id, in a state that it is in, or in its data; small letters are as large ones."""
    text = text.lower()
    if text in instance.id or any(text in each.state.lower() for each in instance.threads.values()):
        return True
    return text in encode(instance.data).lower()


def _rows(account: Account, instances: Iterable[Instance]) -> list[Row]:
    shown = list(instances)
    ids, retries = {each.id for each in shown}, dict[str, RetryScheduled]()
    for retry in account.retries.values():
        if retry.instance_id in ids:
            retries[retry.instance_id] = retry
    return [Row(each, _waits_for(account, each, retries.get(each.id))) for each in shown]


def _waits_for(account: Account, instance: Instance, retry: RetryScheduled | None) -> str:
    halts = [each.halted for each in instance.threads.values() if each.halted is not None]
    if halts:
        beside = f", and {len(halts) - 1} more" if len(halts) > 1 else ""
        return f"an answer in {halts[0].state}{beside}" + (f": {halts[0].message}" if halts[0].message else "")
    if retry is not None and instance.active:
        return f"try {retry.attempt} of its call in {retry.state}"
    if instance.failure is not None:
        return f"{instance.failure.error_code}: {instance.failure.message}"
    if instance.status == "cancelled":
        last = account.journal.of_instance(instance.id)[-1]
        return "cancelled: its time to live was over" if getattr(last, "reason", "") == "ttl_expired" else ""
    return ""
