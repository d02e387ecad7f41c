"""A server in a program's hand that is closed while requests are under way."""

import logging
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import script, terminal, workflow


def test_what_is_under_way_is_broken_off_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    emulator = Emulator()
    emulator.load(workflow("endless", {"turns": script("for (;;);", "end"), "end": terminal()}))
    with ThreadPoolExecutor() as beside:
        with emulator.serve() as server:
            headers = {"Authorization": f"Bearer {emulator.token()}"}
            url = f"{server.api_url}/workflows/endless/instances"
            asked = beside.submit(httpx.post, url, json={"namespace": "a"}, headers=headers, timeout=60)
            while not emulator.runs:
                pass
        assert isinstance(asked.exception(60), httpx.RemoteProtocolError)
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []
