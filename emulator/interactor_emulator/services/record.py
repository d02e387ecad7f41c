"""The one door for events: each is written down, applied to its instance, and told to whoever follows it.

What an event makes fall due (a retry, a person's answer, the end of files) is put into the clock's queue here.
"""

from dataclasses import replace

from interactor_emulator.account.account import Account
from interactor_emulator.state.events import Event, Halted, Noticed, RetryScheduled
from interactor_emulator.state.instance import Instance, apply

from .bulkhead import contain

RETRY = "http_retry"
FILES = "file_retention"
ANSWER = "person_answers"


def record(account: Account, instance: Instance, said: Event) -> None:
    """Write the event down, apply it, and tell whoever follows the instance."""
    if isinstance(said, Noticed):
        request_id = instance.cause.request_id if instance.cause is not None else ""
        account.journal.notice(replace(said, request_id=request_id), instance.id)
        return
    event = account.journal.append(said, instance.id)
    ended = apply(instance, event)
    if isinstance(event, RetryScheduled):
        account.retries[event.id] = event
        account.clock.call_at(event.at_ms + event.delay_seconds * 1000, RETRY, instance.id, event.id)
    if ended:
        account.store.ended(instance)
        if account.store.files_of(instance.id):
            at_ms = event.at_ms + account.limits.file_retention_seconds * 1000
            account.clock.call_at(at_ms, FILES, instance.id)
    for tell in (account.metrics.happened, account.outbox.happened, account.feed.tell):
        try:
            tell(instance, event)
        except Exception as error:  # noqa: BLE001 - it has happened, whoever could not be told of it
            contain(account, f"A reader of {type(event).__name__} of instance {instance.id}", error, instance.id)
    if isinstance(event, Halted) and account.people.people:
        _answer_in_time(account, instance, event)


def _answer_in_time(account: Account, instance: Instance, event: Halted) -> None:
    """Somebody may have an answer to this halt: it comes in its time."""
    answer = account.people.halted(instance, event)
    if answer is not None and answer.input is not None:
        account.people.coming[event.id] = answer
        account.clock.call_at(event.at_ms + answer.after_ms, ANSWER, instance.id, event.id)
