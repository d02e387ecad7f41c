"""What the instances of an account went through, added to a coverage."""

from itertools import islice

from interactor_emulator.account.account import Account
from interactor_emulator.definition.conditions import operators
from interactor_emulator.effects import Steps, Walk
from interactor_emulator.projections.coverage import Coverage, Taken, WorkflowCoverage
from interactor_emulator.state.instance import Version


def of_version(account: Account, version: Version, most: int) -> Steps[tuple[WorkflowCoverage, int]]:
    """What of a version's definition its newest instances took, at most so many, and how many they are."""
    ran = list(islice((each for each in account.store.newest_instances() if each.version is version), most))
    known, coverage = operators(account.variants), Coverage()

    def counted() -> WorkflowCoverage:
        for instance in ran:
            coverage.add_instance(instance, account.journal.of_instance(instance.id), "", account.secrets.ever, known)
        found = coverage.workflow(version.definition)
        found.left_out()  # worked out here, since it may take a while
        return found

    return (yield from Walk(counted).perform()), len(ran)


def add_account(coverage: Coverage, account: Account, test: str = "") -> None:
    """Add all instances of an account, as what `test` did; a delivery that was acknowledged counts as a webhook. What a
    snapshot brought, or the account that this one is a fork of, no test of this one did."""
    known = operators(account.variants)
    for instance in tuple(account.store.instances.values()):
        happened, since = account.journal.of_instance(instance.id), account.journal.brought.get(instance.id, "")
        if happened and happened[-1].id > since:
            coverage.add_instance(instance, happened, test, account.secrets.ever, known, since)
    for delivery in tuple(account.outbox.deliveries.values()):
        told = account.store.instances.get(delivery.instance_id)
        if told is not None and delivery.status == "delivered" and delivery.id not in account.outbox.brought:
            coverage.workflow(told.definition).did.setdefault("webhook", Taken()).add(1, [test])
