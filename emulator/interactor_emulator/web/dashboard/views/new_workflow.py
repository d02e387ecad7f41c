"""A new workflow, or a further version of one, from JSON that somebody pastes: errors are shown at their places."""

from collections.abc import Callable, Mapping
from typing import Any

from interactor_emulator.definition.positions import Misread, Place
from interactor_emulator.effects import Steps
from interactor_emulator.errors import InteractorError, InvalidWorkflow
from interactor_emulator.jsontext import AnyJson
from interactor_emulator.services import workflows
from interactor_emulator.state.instance import Version
from interactor_emulator.web.dashboard.places import Marked, all_marked, marked, object_in, posted
from interactor_emulator.web.dashboard.rendering import pretty
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

_SHOWN = 100
Create = Callable[[Mapping[str, AnyJson]], Steps[Version]]


def show(_visit: Visit) -> Answer:
    """The form for a new workflow."""
    return _page("", "")


def show_version(visit: Visit) -> Answer:
    """The form for a version, which begins with the latest one."""
    workflow = workflows.find(visit.account, visit.params["name"])
    return _page(pretty(workflow.versions[-1].definition.source), workflow.name)


def act(visit: Visit) -> Steps[Answer]:
    """Create it, and publish it where that is asked for."""
    return (yield from _made(visit, "", lambda source: workflows.create(visit.account, source)))


def act_version(visit: Visit) -> Steps[Answer]:
    """Add it, and publish it where that is asked for."""
    name = visit.params["name"]
    workflows.find(visit.account, name)
    return (yield from _made(visit, name, lambda source: workflows.add_version(visit.account, name, source)))


def _made(visit: Visit, name: str, create: Create) -> Steps[Answer]:
    text = posted(visit.form.get("definition", ""))
    try:
        version = yield from create(object_in(text, "definition"))
    except Misread as error:
        return _page(text, name, [marked(text, error.place, "", str(error))], publish="publish" in visit.form)
    except InvalidWorkflow as error:
        told = [(str(each["path"]), str(each["message"]), "", "") for each in error.errors[:_SHOWN]]
        more = len(error.errors) - len(told)
        found = all_marked(text, told, values=True)
        return _page(text, name, found, error.message, more, publish="publish" in visit.form)
    except InteractorError as error:
        return _page(text, name, [marked(text, Place(1, 1), "", error.message)], publish="publish" in visit.form)
    if "publish" in visit.form:
        workflows.publish(visit.account, version.workflow_name, version.id)
    return GoTo(visit.link(f"workflows/{version.workflow_name}"))


def _page(
    text: str, name: str, errors: list[Marked] | None = None, told: str = "", more: int = 0, *, publish: bool = True
) -> Page:
    values: dict[str, Any] = {
        "text": text,
        "name": name,
        "errors": errors or [],
        "told": told,
        "more": more,
        "publish": publish,
    }
    title = f"A new version of {name}" if name else "A new workflow"
    return Page("new_workflow.html", title, values, 400 if errors else 200)
