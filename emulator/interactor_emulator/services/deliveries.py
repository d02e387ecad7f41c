"""Delivers webhooks: one attempt at a time for each subscription, in the order of the events.

"A delivery that waits for its next attempt does not hold up later ones."
"""

from concurrent.futures import Future

from interactor_emulator import bounds, notices
from interactor_emulator.account.account import Account
from interactor_emulator.adapters.http.applications import name_of
from interactor_emulator.adapters.http.under_way import inside_call
from interactor_emulator.clock import wall_ms
from interactor_emulator.effects import Await, HttpAnswer, HttpFault, SendWebhook, Steps
from interactor_emulator.errors import WebhookNotFound
from interactor_emulator.faults.on_webhooks import CHANGES, UNKNOWN_EVENT
from interactor_emulator.faults.rules import FAIL_NEXT, SPOILS, Rule
from interactor_emulator.redaction import redact
from interactor_emulator.signing import SignatureError, verify
from interactor_emulator.state.deliveries import (
    ATTEMPTS,
    DELAYS_SECONDS,
    TOLD_TO_FAIL,
    Attempt,
    Delivery,
    Sending,
    Subscription,
    body_of,
)
from interactor_emulator.state.events import Noticed
from interactor_emulator.state.happenings import Attempted

from .bulkhead import contain

REPEAT = "webhook_attempt"
MINUTE = "webhook_minute"

# How long a delivery that is to be overtaken waits for a successor, on the emulator's clock.
_OVERTAKEN_SECONDS = 30
# What is not tried again where the variant `webhook_refusals` says so.
_REFUSED = (400, 401, 403, 404)
_LOST = "The answer was lost on the way back (fault rule)"


def settle(account: Account) -> Steps[None]:
    """Return when every attempt that may be made at this instant has been made, whoever makes it.

    Who asks from within a delivery gets no wait for that delivery: it would be waiting for itself.
    """
    while (subscription := _unsettled(account)) is not None:
        if subscription.under_way is None:
            yield from drain(account, subscription)
        else:
            yield from Await(subscription.under_way).perform()


def receiver_of(subscription: Subscription) -> str:
    """Its URL, or what an application of this process is called."""
    return subscription.url if subscription.app is None else f"the application {name_of(subscription.app)}"


def is_settled(account: Account) -> bool:
    return _unsettled(account) is None


def _unsettled(account: Account) -> Subscription | None:
    for subscription in account.outbox.ready(account.clock.now_ms):
        if subscription.under_way is None or not inside_call.get():
            return subscription
    return None


def drain(account: Account, subscription: Subscription) -> Steps[None]:
    """Make every attempt that may be made now; leave it to whoever is at it already."""
    if subscription.under_way is not None:
        return
    subscription.under_way = Future()
    try:
        while subscription.active and (delivery := _next(account, subscription)) is not None:
            try:
                yield from _take_up(account, subscription, delivery)
            except Exception as error:  # noqa: BLE001 - the deliveries behind it must not wait for it
                _give_up(account, delivery, error)
    finally:
        over, subscription.under_way = subscription.under_way, None
        over.set_result(None)


def _next(account: Account, subscription: Subscription) -> Delivery | None:
    """ "The excess waits for the next minute": with the last one that a minute allows, the next minute is awaited for
    whatever comes until then."""
    waited = len(subscription.waiting)
    delivery = subscription.take_next(account.clock.now_ms, account.limits.webhook_events_per_minute)
    if len(subscription.waiting) < waited and subscription.left_in_minute == 0:
        account.clock.call_at(subscription.minute_ends_ms, MINUTE, subscription.id)
    return delivery


def _give_up(account: Account, delivery: Delivery, error: Exception) -> None:
    """The attempt has failed, as if nobody had answered: it is tried again in its time."""
    contain(account, f"Delivery {delivery.id}", error, delivery.instance_id)
    if delivery.attempts and delivery.attempts[-1].status is None:
        delivery.attempts[-1].error = "Internal error of the emulator; its log has the traceback"
    if delivery.status == "pending":
        _try_again(account, delivery)


def _take_up(account: Account, subscription: Subscription, delivery: Delivery) -> Steps[None]:
    if delivery.status != "pending":
        return  # deleted, or replayed by hand and acknowledged, while it waited
    rule = account.faults.on(delivery)
    effect = rule.effect if rule else None
    if rule is not None and effect == "delay":
        _put_off(account, delivery, rule.delay_seconds)
        return
    if effect == "reorder":
        _let_overtake(account, subscription, delivery)
        return
    if effect == "unknown_event":
        yield from _send_unknown(account, subscription, delivery)
    try:
        yield from _attempt(account, subscription, delivery, rule)
        if effect == "duplicate":
            yield from _attempt(account, subscription, delivery, rule)
    except GeneratorExit:
        # Broken off while it was under way (the server stops): nobody knows whether it arrived.
        subscription.repeats.appendleft(delivery)
        raise
    if subscription.overtaken is not None:
        subscription.repeats.append(subscription.overtaken)
        subscription.overtaken = None


def _put_off(account: Account, delivery: Delivery, seconds: float) -> None:
    delivery.put_off = True
    delivery.due_ms = account.clock.now_ms + round(seconds * 1000)
    account.clock.call_at(delivery.due_ms, REPEAT, delivery.id)


def _let_overtake(account: Account, subscription: Subscription, delivery: Delivery) -> None:
    """It goes after its successor, which may not be there yet."""
    if subscription.overtaken is not None:
        subscription.repeats.append(subscription.overtaken)
    _put_off(account, delivery, _OVERTAKEN_SECONDS)
    subscription.overtaken = delivery


def repeat(account: Account, delivery_id: str) -> bool:
    """The time of a further attempt has come; false when it has become needless."""
    delivery = account.outbox.deliveries.get(delivery_id)
    subscription = None if delivery is None else account.outbox.subscriptions.get(delivery.subscription_id)
    if delivery is None or subscription is None or delivery.status != "pending":
        return False
    if delivery.put_off and not delivery.attempts and subscription.overtaken is delivery:
        subscription.overtaken = None
    elif delivery.due_ms > account.clock.now_ms or delivery in subscription.repeats:
        return False
    subscription.repeats.append(delivery)
    account.outbox.stirred()
    return True


def minute_over(account: Account, subscription_id: str) -> bool:
    """A new minute has begun for those that waited; false when there are none."""
    subscription = account.outbox.subscriptions.get(subscription_id)
    if subscription is None or not subscription.waiting:
        return False
    account.outbox.stirred()
    return True


def replay(account: Account, delivery: Delivery) -> Steps[Attempt]:
    """One more attempt, now, with the same body and id; what came of it. "A replayed dead letter leaves the list once
    it is acknowledged"."""
    subscription = account.outbox.subscriptions[delivery.subscription_id]
    while subscription.under_way is not None and not inside_call.get():
        yield from Await(subscription.under_way).perform()
    if not subscription.active:
        raise WebhookNotFound(subscription.id)  # deleted, or gone with a reset, while the delivery waited for its turn
    mine: Future[None] = Future()
    subscription.under_way, before = mine, subscription.under_way
    try:
        attempt = yield from _send(account, subscription, delivery, None)
    finally:
        subscription.under_way = before
        mine.set_result(None)
    attempt.next = "replayed by hand: no further attempt follows from it"
    if attempt.acknowledged and delivery.status in ("dead", "pending"):
        delivery.status = "delivered"
        account.outbox.is_over(delivery)
    _tell(account, subscription, delivery, attempt)
    account.outbox.stirred()
    return attempt


def _attempt(account: Account, subscription: Subscription, delivery: Delivery, rule: Rule | None) -> Steps[None]:
    attempt = yield from _send(account, subscription, delivery, rule)
    _judge(account, subscription, delivery, attempt)
    _tell(account, subscription, delivery, attempt)


def _judge(account: Account, subscription: Subscription, delivery: Delivery, attempt: Attempt) -> None:
    """What becomes of the delivery after this attempt."""
    if delivery.status != "pending":
        return  # deleted meanwhile, or acknowledged before: a duplicate changes nothing
    if attempt.acknowledged:
        delivery.tries += 1
        delivery.status, attempt.next = "delivered", ""
        account.outbox.is_over(delivery)
        return
    _notice_rejected(account, subscription, delivery, attempt)
    if attempt.final:
        delivery.status, attempt.next = "dead", "none: the emulator would refuse it again"
    elif attempt.status in _REFUSED and account.variants.webhook_refusals == "final":
        delivery.status, attempt.next = "dead", f"none: {attempt.status} is final (variant webhook_refusals)"
    else:
        attempt.next = _try_again(account, delivery)
        return
    account.outbox.is_dead(delivery)


def _tell(account: Account, subscription: Subscription, delivery: Delivery, attempt: Attempt) -> None:
    """Whoever follows the account is told of an attempt when it is known what becomes of it."""
    told = Attempted(
        attempt.at_ms,
        delivery.id,
        subscription.id,
        delivery.event,
        receiver_of(subscription),
        next(number for number, each in enumerate(delivery.attempts, 1) if each is attempt),
        attempt.status,
        attempt.answer.decode("utf-8", "replace")[: bounds.HAPPENING.most],
        attempt.error,
        attempt.duration_ms,
        attempt.hostile,
        attempt.next,
        delivery.status,
        instance_id=delivery.instance_id,
    )
    account.happenings.add(told)


def _try_again(account: Account, delivery: Delivery) -> str:
    """Another attempt in its time, or none after the sixth; in words."""
    delivery.tries += 1
    if delivery.tries == ATTEMPTS:
        delivery.status = "dead"
        account.outbox.is_dead(delivery)
        return "none: dead-lettered"
    delay = DELAYS_SECONDS[delivery.tries - 1]
    delivery.due_ms = account.clock.now_ms + delay * 1000
    account.clock.call_at(delivery.due_ms, REPEAT, delivery.id)
    return f"attempt {delivery.tries + 1} of {ATTEMPTS} in {delay} seconds"


def _send(account: Account, subscription: Subscription, delivery: Delivery, rule: Rule | None) -> Steps[Attempt]:
    body = delivery.body
    sending = Sending(
        secret=subscription.secret,
        event=delivery.event,
        delivery_id=delivery.id,
        retry_count=len(delivery.attempts),
        timestamp=_timestamp(account),
        signed=body,
        body=body,
        bare=account.variants.webhook_signature == "bare",
    )
    if rule is not None and rule.effect in CHANGES:
        sending = CHANGES[rule.effect](sending)
    attempt = Attempt(account.clock.now_ms, sending.headers, sending.body, hostile=rule.effect if rule else None)
    delivery.attempts.append(attempt)
    outcome = yield from _post(account, subscription, sending, attempt.headers)
    if rule is not None and rule.effect == "lose_response":
        outcome = HttpFault("http_error", _LOST)
    _note(account, attempt, outcome)
    return attempt


def _send_unknown(account: Account, subscription: Subscription, before: Delivery) -> Steps[None]:
    """An event that nobody knows yet, ahead of a real one; no record of it is kept, and it is not tried again."""
    delivery_id = account.ids.delivery(account.clock.now_ms)
    body = body_of(UNKNOWN_EVENT, delivery_id, before.at_ms, before.data)
    sending = Sending(subscription.secret, UNKNOWN_EVENT, delivery_id, 0, _timestamp(account), body, body)
    yield from _post(account, subscription, sending, sending.headers)


def _post(
    account: Account, subscription: Subscription, sending: Sending, headers: dict[str, str]
) -> Steps[HttpAnswer | HttpFault]:
    timeout_ms = round(account.limits.webhook_timeout_seconds * 1000)
    effect = SendWebhook(subscription.url, headers, sending.body, timeout_ms, subscription.app, sending.slowly)
    return (yield from effect.perform())


def _timestamp(account: Account) -> int:
    """ "Wall-clock time by default, so that a receiver's five-minute check holds after time travel"."""
    virtual = account.settings.webhook_timestamps == "virtual"
    return (account.clock.now_ms if virtual else wall_ms()) // 1000


def _note(account: Account, attempt: Attempt, outcome: HttpAnswer | HttpFault) -> None:
    attempt.duration_ms = account.clock.now_ms - attempt.at_ms
    secrets = account.secrets.ever
    if isinstance(outcome, HttpAnswer):
        attempt.status = outcome.status
        answer = redact(outcome.body.decode("utf-8", "replace"), secrets).encode()
        attempt.answer = answer[: account.limits.webhook_answer_bytes]
        if outcome.headers.get(TOLD_TO_FAIL) is not None:
            attempt.hostile = FAIL_NEXT
    else:
        attempt.error, attempt.final = redact(outcome.message, secrets), outcome.final
        attempt.raised = outcome.raised


def _notice_rejected(account: Account, subscription: Subscription, delivery: Delivery, attempt: Attempt) -> None:
    """Once for each answer that is new: five repetitions of it tell nothing more."""
    before = delivery.attempts[-2] if len(delivery.attempts) > 1 else None
    repeated = before is not None and _answer(before) == _answer(attempt)
    if attempt.final or repeated:
        return  # of what the emulator itself did not let out another diagnostic tells
    verdict = _verdict(subscription, attempt)
    row = notices.WEBHOOK_REJECTED
    if attempt.hostile is not None:
        row = notices.WEBHOOK_SPOILED
    elif attempt.raised:
        row = notices.WEBHOOK_RAISED
    elif verdict and attempt.status in _REFUSED:
        row = notices.WEBHOOK_UNVERIFIED
    values = {
        "event": delivery.event,
        "receiver": receiver_of(subscription),
        "said": attempt.said,
        "effect": attempt.hostile or "",
    }
    notice = Noticed.of(row, delivery.id, verdict=verdict, **values)
    notice.provoked = attempt.hostile in SPOILS
    account.journal.notice(notice, delivery.instance_id)


def _answer(attempt: Attempt) -> tuple[object, ...]:
    return attempt.status, attempt.hostile, attempt.error if attempt.raised else None


def _verdict(subscription: Subscription, attempt: Attempt) -> str:
    """Why a receiver's signature check refuses what was sent; empty for what it takes."""
    signature, timestamp = (attempt.headers[f"X-Interactor-{name}"] for name in ("Signature", "Timestamp"))
    try:
        verify(subscription.secret, attempt.body, signature, timestamp)
    except SignatureError as error:
        return str(error)
    return ""
