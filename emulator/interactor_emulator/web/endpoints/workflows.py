"""Endpoints of workflows and versions."""

from interactor_emulator.effects import Steps
from interactor_emulator.services import workflows
from interactor_emulator.web.call import Answer, Call
from interactor_emulator.wire import answers


def create(call: Call) -> Steps[Answer]:
    version = yield from workflows.create(call.account, call.body)
    return Answer(answers.version(version), 201)


def validate(call: Call) -> Steps[Answer]:
    errors = yield from workflows.validate(call.account, call.body)
    return Answer(answers.validation(errors))


def index(call: Call) -> Answer:
    rows = [answers.workflow_row(workflow) for workflow in call.account.store.newest_workflows()]
    return Answer({"workflows": rows})


def create_version(call: Call) -> Steps[Answer]:
    version = yield from workflows.add_version(call.account, call.params["name"], call.body)
    return Answer(answers.version(version), 201)


def versions(call: Call) -> Answer:
    workflow = workflows.find(call.account, call.params["name"])
    return Answer({"versions": [answers.version_row(version) for version in reversed(workflow.versions)]})


def publish(call: Call) -> Answer:
    version = workflows.publish(call.account, call.params["name"], call.params["version_id"])
    return Answer(answers.published(version))
