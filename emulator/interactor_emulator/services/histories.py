"""Errors over all workflows, for the error dashboard."""

from collections.abc import Iterator

from interactor_emulator.account.account import Account
from interactor_emulator.projections.history import Query
from interactor_emulator.state.events import InstanceFailed, OnEnterFailed
from interactor_emulator.state.instance import Instance

Error = OnEnterFailed | InstanceFailed


def errors(
    account: Account, wanted: Query, workflow_name: str | None = None, error_code: str | None = None
) -> Iterator[tuple[Instance, Error]]:
    """What went wrong, newest first, each with its instance."""
    found: list[Error] = [*account.journal.of_kind(InstanceFailed), *account.journal.of_kind(OnEnterFailed)]
    for event in sorted(found, key=lambda event: event.id, reverse=True):
        instance = account.store.instances[event.instance_id]
        if (
            wanted.accepts(event)
            and workflow_name in (None, instance.version.workflow_name)
            and error_code in (None, event.error_code)
        ):
            yield instance, event
