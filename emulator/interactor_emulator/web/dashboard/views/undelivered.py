"""Why a webhook never arrived: events, and what became of each at every receiver."""

from interactor_emulator.services import instances, why_not
from interactor_emulator.state.deliveries import EVENTS
from interactor_emulator.web.dashboard.visit import Answer, Page, Visit

from .paging import paged

_INSTANCES = 100


def show(visit: Visit) -> Answer:
    """Of one instance, or of those in which something happened last."""
    account, query = visit.account, visit.query
    instance_id, event = query.get("instance", "").strip(), query.get("event", "")
    if instance_id:
        told = why_not.of_instance(account, instances.get(account, instance_id))
    else:
        told = why_not.latest(account, _INSTANCES)
    found = [each for each in told if event in ("", each.name) and not (query.get("missing") and each.arrived)]
    values = {"found": paged(visit, "webhooks/why", found, 25), "events": EVENTS, "instance_id": instance_id}
    return Page("undelivered.html", "Why a webhook did not arrive", values)
