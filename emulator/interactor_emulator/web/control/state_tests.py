"""One state alone, as `POST /_emulator/test-state` tests it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError
from interactor_emulator.web.call import optional
from interactor_emulator.wire import seen

from .call import Command, Done

if TYPE_CHECKING:
    from interactor_emulator.services.state_tests import Asked


def test_state(command: Command) -> Steps[Done]:
    """What the state does, in an account of its own that is thrown away."""
    from interactor_emulator.services import state_tests  # late: few ask

    body, account = command.body, command.account
    source, name = optional(body, "definition", dict), optional(body, "workflow", str)
    version_id = optional(body, "version_id", str)
    if source is not None and (name is not None or version_id is not None):
        raise ValidationError(("definition", "definition is a whole one; name a workflow, or give its definition"))
    asked = _asked(body)
    if source is not None:
        tested = yield from state_tests.of_definition(account, source, asked)
    elif name is not None:
        tested = yield from state_tests.of_workflow(account, name, version_id, asked)
    else:
        raise ValidationError(("definition", "definition is required, or the name of a workflow"))
    return Done(seen.state_tested(tested, account.secrets.ever))


def _asked(body: Mapping[str, Any]) -> "Asked":
    from interactor_emulator.services.state_tests import Asked

    return Asked(
        state=body["state"],
        input=body.get("input"),
        workflow_data=body.get("workflow_data") or {},
        choice=body.get("choice"),
        namespace=body.get("namespace"),
    )
