"""The dashboard's pages about webhooks, as a browser without JavaScript has them."""

import re
from typing import Any

import pytest
from interactor_emulator import Emulator, bounds
from interactor_emulator.signing import verify
from interactor_emulator.state.deliveries import EventName

from tests.dashboard_forms import Pages
from tests.workflows import halt, terminal, to, workflow

pytestmark = pytest.mark.asyncio

URL = "https://yourapp.example/hooks"
ASK = workflow("ask", {"ask": halt(to("end", ok=True)), "end": terminal()})


@pytest.fixture
def pages(interactor: Emulator) -> Pages:
    interactor.load(ASK)
    return Pages(interactor)


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    """A receiver that is broken."""
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"<script>alert(1)</script>"})


async def test_a_subscription_is_made_and_its_secret_is_shown_this_once(interactor: Emulator, pages: Pages) -> None:
    made = await pages.press(await pages.open("webhooks/new"), "Make the subscription", url=URL, namespace="user_1")
    (subscription,) = interactor.account.outbox.subscriptions.values()
    assert subscription.secret in made.text
    assert (subscription.url, subscription.namespace, len(subscription.events)) == (URL, "user_1", 6)
    interactor.start("ask", namespace="user_1")
    interactor.clock.advance(seconds=1)
    (delivery, *_) = interactor.account.outbox.deliveries.values()
    for path in ("webhooks", "webhooks/new", "webhooks/deliveries", f"webhooks/deliveries/{delivery.id}"):
        shown = await pages.open(path)
        assert (shown.status, subscription.secret in shown.html) == (200, False)
    assert "There is no subscription" in (await pages.press(await pages.open("webhooks"), "Delete")).text
    assert interactor.account.outbox.subscriptions == {}


async def test_a_secret_of_ones_own_is_shown_nowhere(interactor: Emulator, pages: Pages) -> None:
    form = await pages.open("webhooks/new")
    made = await pages.press(form, "Make the subscription", url=URL, secret="whsec_mine_alone_1234567890_and_more")
    assert "whsec_mine_alone" not in made.html
    (subscription,) = interactor.account.outbox.subscriptions.values()
    assert subscription.secret == "whsec_mine_alone_1234567890_and_more"


@pytest.mark.parametrize("values", [{"url": "ftp://x"}, {"url": ""}, {"url": URL, "secret": "short"}])
async def test_what_is_no_subscription_is_refused_with_what_to_do(pages: Pages, values: dict[str, str]) -> None:
    refused = await pages.press(await pages.open("webhooks/new"), "Make the subscription", **values)
    assert refused.status == 400
    assert "must" in refused.text or "required" in refused.text


async def test_nothing_is_done_without_the_forms_token(interactor: Emulator, pages: Pages) -> None:
    made = interactor.webhooks.subscribe(URL)
    for path, values in (
        ("webhooks", {"subscription": made.id}),
        ("webhooks/new", {"url": URL, "event:workflow.instance.created": "on"}),
        ("webhooks/deliveries", {}),
        ("webhooks/certify", {"url": URL, "secret": "s"}),
        ("webhooks/faults", {"on": "webhooks", "effect": "duplicate"}),
    ):
        assert (await pages.post(path, **values)).status == 403
        assert (await pages.post(path, token="00" * 16, **values)).status == 403
    assert list(interactor.account.outbox.subscriptions) == [made.id]
    assert list(interactor.account.faults) == []


async def test_why_one_never_arrived_is_said_for_each_receiver(interactor: Emulator, pages: Pages) -> None:
    halted: EventName = "workflow.instance.halted"
    created: EventName = "workflow.instance.created"
    interactor.webhooks.subscribe(URL, events=[halted])
    interactor.webhooks.subscribe("https://other.example/", namespace="user_2")
    interactor.webhooks.subscribe(refuse, events=[created])
    run = interactor.start("ask", namespace="user_1")
    interactor.webhooks.subscribe("https://late.example/")
    shown = await pages.open(f"webhooks/why?instance={run.id}&event={created}")
    assert f"asks for {halted}, not for {created}" in shown.text
    assert "namespace filter is 'user_2', and its namespace is 'user_1'" in shown.text
    assert "The subscription was made after it happened" in shown.text
    assert "Attempt 1 failed: answered 500" in shown.text
    assert "The next is due at 2026-01-20T12:00:30Z" in shown.text
    assert "The clock stands: move it there, or let it run" in shown.text
    of_halt = await pages.open(f"webhooks/why?instance={run.id}&event={halted}")
    assert "It never left the emulator" in of_halt.text
    assert "add a route (https://yourapp.example=http://127.0.0.1:PORT)" in of_halt.text
    interactor.clock.advance(hours=3)
    dead = await pages.open(f"webhooks/why?instance={run.id}&event={created}")
    assert "It was tried 6 times, and is a dead letter. At the last one: answered 500" in dead.text
    assert "<script>alert(1)" not in dead.html


async def test_where_nobody_is_told_that_is_said(interactor: Emulator, pages: Pages) -> None:
    assert "Nothing has happened yet" in (await pages.open("webhooks/why")).text
    interactor.start("ask", namespace="user_1")
    assert "There is no subscription: make one" in (await pages.open("webhooks/why")).text
    assert (await pages.open("webhooks/why?instance=inst_none")).status == 404


async def test_a_deleted_subscription_and_one_that_is_told_of_no_ttl_are_named(
    interactor: Emulator, pages: Pages
) -> None:
    made = interactor.webhooks.subscribe(refuse)
    interactor.variants.ttl_event = "none"
    interactor.start("ask", namespace="user_1")
    interactor.clock.advance(seconds=1)
    interactor.account.outbox.remove(made)
    kept = await pages.open("webhooks/why?event=workflow.instance.halted")
    assert "The subscription was deleted before it arrived" in kept.text
    interactor.clock.advance(days=100)
    shown = await pages.open("webhooks/why?event=workflow.instance.cancelled")
    assert "Receivers are not told of an instance that its TTL ended" in shown.text


async def test_a_delivery_shows_each_attempt_and_its_signature_can_be_followed(
    interactor: Emulator, pages: Pages
) -> None:
    interactor.webhooks.subscribe(refuse, events=["workflow.instance.created"])
    interactor.start("ask", namespace="user_1")
    interactor.clock.advance(seconds=31)
    (delivery,) = interactor.account.outbox.deliveries.values()
    (subscription,) = interactor.account.outbox.subscriptions.values()
    shown = await pages.open(f"webhooks/deliveries/{delivery.id}")
    assert "Attempt 2" in shown.text
    assert "Time to the next attempt: 1 min 59 s" in shown.text
    assert "they are equal" in shown.text
    assert "A receiver can trust it" in shown.text
    for attempt in delivery.attempts:
        signature, stamp = attempt.headers["X-Interactor-Signature"], attempt.headers["X-Interactor-Timestamp"]
        verify(subscription.secret, attempt.body, signature, stamp, tolerance=None)
        assert signature in shown.text
        assert f"{stamp}." in shown.text
    again = await pages.press(shown, "Replay now")
    assert "Attempt 3" in again.text


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ("bad_signature", "The signature fits neither this secret nor these bytes"),
        ("stale_timestamp", "A receiver must refuse it: it is too old"),
        ("truncated_body", "A receiver must refuse it"),
    ],
)
async def test_of_a_spoiled_one_it_is_said_why_a_receiver_refuses_it(
    interactor: Emulator, pages: Pages, effect: Any, words: str
) -> None:
    set_ = await pages.press(await pages.open("webhooks/faults"), "Set the rule on webhooks", effect=effect, times="1")
    assert f"the fault {effect} on any delivery" in set_.text
    interactor.webhooks.subscribe(refuse, events=["workflow.instance.created"])
    interactor.start("ask", namespace="user_1")
    interactor.clock.advance(seconds=1)
    (delivery,) = interactor.account.outbox.deliveries.values()
    shown = await pages.open(f"webhooks/deliveries/{delivery.id}")
    assert words in shown.text
    assert f"a rule did {effect} to it" in shown.text


async def test_all_dead_letters_are_replayed_at_once(interactor: Emulator, pages: Pages) -> None:
    answers = iter([False] * 12)

    async def mended(scope: Any, receive: Any, send: Any) -> None:
        status = 200 if next(answers, True) else 500
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    interactor.webhooks.subscribe(mended)
    interactor.start("ask", namespace="user_1")
    interactor.clock.advance(hours=3)
    dead = await pages.open("webhooks/deliveries?status=dead")
    assert "Dead letters (2)" in dead.text
    replayed = await pages.press(dead, "Replay all dead letters")
    assert "2 dead letters were sent again; 2 arrived" in replayed.text
    assert "No delivery is a dead letter" in replayed.text


async def test_deliveries_are_filtered_and_paged(interactor: Emulator, pages: Pages) -> None:
    interactor.webhooks.subscribe(URL, events=["workflow.instance.created"])
    runs = [interactor.start("ask", namespace="user_1") for _ in range(60)]
    interactor.clock.advance(seconds=1)
    first = await pages.open("webhooks/deliveries")
    assert runs[-1].id in first.text
    assert runs[0].id not in first.text
    (older,) = [each for each in first.links if "page=2" in each]
    second = await pages.open(older)
    assert runs[0].id in second.text
    assert "page=3" not in second.html
    one = await pages.open(f"webhooks/deliveries?instance={runs[5].id}&status=dead")
    assert one.html.count("/deliveries/del_") == 1
    for page in ("0", "-1", "x", "9" * 40, "²"):
        assert (await pages.open(f"webhooks/deliveries?page={page}")).status == 200


async def test_a_receiver_is_certified_from_here(interactor: Emulator, pages: Pages) -> None:
    trial = interactor.account.trials.start("http://127.0.0.1:9/", "whsec_0123456789abcdef")
    while not trial.is_over:
        await _turn()
    shown = await pages.open("webhooks/certify/1")
    assert "nothing answers at http://127.0.0.1:9/; is the receiver running?" in shown.text
    refused = await pages.press(await pages.open("webhooks/certify"), "Certify", url="nowhere", secret="s")
    assert refused.status == 400
    assert "not an http or https URL" in refused.text
    assert (await pages.open("webhooks/certify/99")).status == 404


async def _turn() -> None:
    """Let others run."""
    import asyncio

    await asyncio.sleep(0.01)


async def test_the_latest_trials_are_kept(interactor: Emulator) -> None:
    trials = interactor.account.trials
    for _ in range(bounds.TRIALS.most + 3):
        trials.start("http://127.0.0.1:9/", "whsec_0123456789abcdef")
    assert [each.number for each in trials] == list(range(bounds.TRIALS.most + 3, 3, -1))
    interactor.reset()
    assert list(interactor.account.trials) == []


async def test_rules_on_calls_are_set_and_ended(interactor: Emulator, pages: Pages) -> None:
    form = await pages.open("webhooks/faults")
    values = {"effect": "status", "status": "503", "path": "/workflows/*/instances", "method": "POST", "times": "2"}
    shown = await pages.press(form, "Set the rule on calls", **values)
    (rule,) = interactor.account.faults
    assert str(rule) == "the fault status on POST /workflows/*/instances"
    assert str(rule) in shown.text
    wrong = await pages.press(form, "Set the rule on calls", **{**values, "path": "x"})
    assert (wrong.status, "path begins with a slash" in wrong.text) == (400, True)
    wrong = await pages.press(form, "Set the rule on webhooks", times="many")
    assert (wrong.status, "times must be a number" in wrong.text) == (400, True)
    ended = await pages.press(shown, "End")
    assert list(interactor.account.faults) == []
    assert "Nothing is disturbed" in ended.text
    stale = await pages.press(shown, "End")
    assert (stale.status, "look again" in stale.text) == (400, True)


async def test_what_comes_from_outside_is_shown_as_text(interactor: Emulator, pages: Pages) -> None:
    hostile = "<script>alert('x')</script>\"'"
    interactor.load(workflow("w", {"a": halt("b"), "b": terminal()}))
    interactor.webhooks.subscribe(refuse, namespace=None)
    run = interactor.start("w", namespace=hostile, input={hostile: hostile})
    interactor.webhooks.subscribe("https://x.example/?<script>", namespace=hostile)
    interactor.clock.advance(seconds=1)
    (delivery, *_) = interactor.account.outbox.deliveries.values()
    for path in ("webhooks", "webhooks/deliveries", f"webhooks/deliveries/{delivery.id}", f"webhooks/why?instance={run.id}", "webhooks/certify"):  # fmt: skip  # noqa: E501
        shown = await pages.open(path)
        assert shown.status == 200
        assert re.search(r"<script(?! src=\"/_emulator/dashboard/static/)", shown.html) is None
