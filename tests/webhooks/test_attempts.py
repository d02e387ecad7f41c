"""What is the same over the attempts of a delivery and what is not, and what becomes of those that were the last."""

from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.errors import WebhookNotFound
from interactor_emulator.signing import verify

from .test_delivery import CREATED, END, SECRET, App, started


@pytest.mark.parametrize("mode", ["wall", "virtual"])
def test_each_attempt_has_the_same_body_and_a_timestamp_and_signature_of_its_own(mode: Any) -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z", webhook_timestamps=mode)
    app = App(500, 500)
    started(emulator, app)
    emulator.clock.advance(minutes=3)
    assert len(app.came) == 3
    assert (
        len({body for _, body in app.came}) == len({headers["X_INTERACTOR_DELIVERY"] for headers, _ in app.came}) == 1
    )
    for headers, body in app.came:
        signature, timestamp = headers["X_INTERACTOR_SIGNATURE"], headers["X_INTERACTOR_TIMESTAMP"]
        verify(SECRET, body, signature, timestamp, tolerance=None)
    if mode == "virtual":
        dated = [int(headers["X_INTERACTOR_TIMESTAMP"]) for headers, _ in app.came]
        assert [at - dated[0] for at in dated] == [0, 30, 150]
        assert len({headers["X_INTERACTOR_SIGNATURE"] for headers, _ in app.came}) == 3


def test_the_dead_letters_of_a_deleted_subscription_go_with_it(interactor: Emulator) -> None:
    gone, kept = App(*[500] * 7), App(*[500] * 6)
    interactor.load(END)
    subscriptions = [interactor.webhooks.subscribe(app, [CREATED], secret=SECRET) for app in (gone, kept)]
    interactor.start("end")
    interactor.clock.advance(hours=3)
    dead = interactor.webhooks.dead_letters
    assert [each.subscription_id for each in dead] == [each.id for each in subscriptions]
    interactor.webhooks.unsubscribe(subscriptions[0])
    assert interactor.webhooks.dead_letters == [dead[1]]
    with pytest.raises(WebhookNotFound):
        interactor.webhooks.replay(dead[0])
    assert interactor.webhooks.replay() == [dead[1]]
    assert (len(gone.came), len(kept.came)) == (6, 7)
