"""All workflows: versions, instances by status, warnings."""

from collections import Counter

from interactor_emulator.services import workflows
from interactor_emulator.web.dashboard.visit import Answer, Page, Visit

from .paging import paged

_PAGE = 25


def show(visit: Visit) -> Answer:
    """A row each, the newest first; `text` narrows them by name."""
    account, text = visit.account, visit.query.get("text", "")
    found = [each for each in account.store.newest_workflows() if text.lower() in each.name.lower()]
    shown = paged(visit, "workflows", found, _PAGE)
    names = {each.name for each in shown.rows}
    counts = Counter(
        (each.version.workflow_name, each.status)
        for each in account.store.instances.values()
        if each.version.workflow_name in names
    )
    rows = [
        {
            "workflow": each,
            "counts": [(status, number) for (name, status), number in counts.items() if name == each.name],
            "warnings": len(workflows.advise(account, each.versions[-1].definition.source, finished=True)),
        }
        for each in shown.rows
    ]
    return Page("workflows.html", "Workflows", {"rows": rows, "found": shown, "text": text})
