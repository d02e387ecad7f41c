"""Start an instance: what its scripts and conditions read, an example of an input, and whose it is to be."""

from typing import Any

from interactor_emulator.account.account import Account
from interactor_emulator.definition.positions import Misread
from interactor_emulator.definition.steering.members import example_input, steering
from interactor_emulator.effects import Steps
from interactor_emulator.errors import InteractorError
from interactor_emulator.services import instances, workflows
from interactor_emulator.tracing import Cause
from interactor_emulator.web.dashboard.places import object_in, posted
from interactor_emulator.web.dashboard.rendering import compact, pretty
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

_VALUES = 6
_NOBODY = "dashboard"


def show(visit: Visit) -> Answer:
    """The form; `input` is what it begins with, else an example."""
    workflow = workflows.find(visit.account, visit.params["name"])
    definition = (workflow.published or workflow.versions[-1]).definition
    given = visit.query.get("input")
    if given is None:
        return _page(visit, pretty(example_input(definition)))
    try:
        return _page(visit, pretty(object_in(given, "input")))
    except Misread:
        return _page(visit, given)


def act(visit: Visit) -> Steps[Answer]:
    """Start it, and go and see it."""
    text, namespace = posted(visit.form.get("input", "")), visit.form.get("namespace", "")
    try:
        given = object_in(text.strip() or "{}", "input")
        instance = yield from instances.create(
            visit.account, visit.params["name"], namespace or None, given, cause(visit.account)
        )
    except Misread as error:
        return _page(visit, text, f"Line {error.place.line}, column {error.place.column}: {error}")
    except InteractorError as error:
        return _page(visit, text, error.message)
    return GoTo(visit.link(f"instances/{instance.id}"))


def cause(account: Account) -> Cause:
    """Somebody at the dashboard: the account's first client, with a request id of its own."""
    return Cause(next(iter(account.clients), _NOBODY), account.ids.request(account.clock.now_ms))


def _page(visit: Visit, text: str, error: str = "") -> Page:
    workflow = workflows.find(visit.account, visit.params["name"])
    definition = (workflow.published or workflow.versions[-1]).definition
    read = [
        (path, [compact(each) for each in (*candidates.fitting, *candidates.telling)[:_VALUES]])
        for path, candidates in steering(definition).input.items()
    ]
    values: dict[str, Any] = {
        "workflow": workflow,
        "text": text,
        "error": error,
        "read": read,
        "namespace": visit.form.get("namespace", visit.query.get("namespace", "")),
    }
    return Page("start.html", f"Start {workflow.name}", values, 400 if error else 200)
