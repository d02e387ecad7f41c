"""The document's own requests and answers, played against the server."""

from collections.abc import Iterator
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.contract.exchanges import all_exchanges
from interactor_emulator.contract.playing import Player
from interactor_emulator.contract.receiver import Receiver
from interactor_emulator.contract.service import Service

EXCHANGES = {each.name: each for each in all_exchanges("x")}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


@pytest.mark.parametrize("name", EXCHANGES)
def test_an_exchange_is_answered_as_the_document_shows(
    interactor: Emulator, interactor_server: Any, receiver: Receiver, name: str
) -> None:
    service, exchange = Service(interactor_server.url), EXCHANGES[name]
    account = service.account_of_its_own(exchange.settings)
    try:
        for step in Player(service, receiver).play(exchange, account):
            assert not step.unreached, f"step {step.step}: {step.unreached}"
            lines = [f"{rule}: {difference}" for rule, difference in step.found]
            assert not lines, f"step {step.step}, {step.title}:\n" + "\n".join(lines)
        # What we are sent is told by a step, all of it.
        assert receiver.take(0) is None
    finally:
        service.remove(account.name)
        service.close()
