"""What the instances of an account went through, added to a coverage."""

from interactor_emulator.account.account import Account
from interactor_emulator.definition.conditions import operators
from interactor_emulator.projections.coverage import Coverage, Taken


def add_account(coverage: Coverage, account: Account, test: str = "") -> None:
    """Add all instances of an account, as what `test` did; a delivery that was acknowledged counts as a webhook."""
    known = operators(account.variants)
    for instance in tuple(account.store.instances.values()):
        happened = account.journal.of_instance(instance.id)
        coverage.add_instance(instance, happened, test, account.secrets.ever, known)
    for delivery in tuple(account.outbox.deliveries.values()):
        told = account.store.instances.get(delivery.instance_id)
        if told is not None and delivery.status == "delivered":
            coverage.workflow(told.definition).did.setdefault("webhook", Taken()).add(1, [test])
