"""What ten endless scripts cost everybody else: how long a trivial create waits over HTTP meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.emulator import close_shared_pool
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import script, terminal, workflow

from .figures import report_most

pytestmark = pytest.mark.benchmark

RUNAWAYS = 10
CREATES = 200


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    emulator = Emulator(limits={"script_seconds": 3_600})
    for name, code in {"endless": "for (;;);", "fine": "return {n: 1}"}.items():
        emulator.load(workflow(name, {"a": script(code, "end"), "end": terminal()}))
    head = {"Authorization": f"Bearer {emulator.token()}"}
    with (
        Server(emulator.asgi_app) as server,
        httpx.Client(base_url=server.api_url, headers=head, timeout=60, trust_env=False) as client,
    ):
        yield client


def create_seconds(client: httpx.Client, name: str) -> float:
    began = perf_counter()
    client.post(f"/workflows/{name}/instances", json={"namespace": "n"})
    return perf_counter() - began


def test_ten_endless_scripts_beside_trivial_ones(client: httpx.Client) -> None:
    create_seconds(client, "fine")
    with ThreadPoolExecutor(RUNAWAYS) as threads:
        endless = [threads.submit(create_seconds, client, "endless") for _ in range(RUNAWAYS)]
        took = [create_seconds(client, "fine") for _ in range(CREATES)]
        assert not any(each.done() for each in endless)
        close_shared_pool()
    report_most("create beside ten endless scripts, median", sorted(took)[CREATES // 2], "s", at_most=0.1)
    report_most("create beside ten endless scripts, 99 of 100", sorted(took)[CREATES * 99 // 100], "s", at_most=0.5)
    report_most("create beside ten endless scripts, longest", max(took), "s", at_most=1)
