"""Endpoints of workflows and versions."""

from collections.abc import Mapping
from typing import Any

from interactor_emulator.definition.validate import Finding
from interactor_emulator.effects import Steps
from interactor_emulator.errors import InvalidWorkflow
from interactor_emulator.redaction import redact
from interactor_emulator.services import workflows
from interactor_emulator.web.body import Overlong
from interactor_emulator.web.call import Answer, Call
from interactor_emulator.wire import answers


def create(call: Call) -> Steps[Answer]:
    version = yield from workflows.create(call.account, _definition(call))
    return Answer(answers.version(version), 201)


def validate(call: Call) -> Steps[Answer]:
    try:
        errors = yield from workflows.validate(call.account, _definition(call))
    except InvalidWorkflow as error:
        return Answer(answers.validation(Finding(**each) for each in error.errors))
    hidden = call.account.secrets.ever
    return Answer(answers.validation(Finding(*redact(list(each), hidden)) for each in errors))


def _definition(call: Call) -> Mapping[str, Any]:
    """A definition of more than 1 MB is a fault of the definition: its error table has no other."""
    if isinstance(call.body, Overlong):
        raise InvalidWorkflow.too_long(call.account.limits.definition_bytes)
    return call.body


def index(call: Call) -> Answer:
    rows = [answers.workflow_row(workflow) for workflow in call.account.store.newest_workflows()]
    return Answer({"workflows": rows})


def create_version(call: Call) -> Steps[Answer]:
    workflows.find(call.account, call.params["name"])
    version = yield from workflows.add_version(call.account, call.params["name"], _definition(call))
    return Answer(answers.version(version), 201)


def versions(call: Call) -> Answer:
    workflow = workflows.find(call.account, call.params["name"])
    return Answer({"versions": [answers.version_row(version) for version in reversed(workflow.versions)]})


def publish(call: Call) -> Answer:
    version = workflows.publish(call.account, call.params["name"], call.params["version_id"])
    return Answer(answers.published(version))
