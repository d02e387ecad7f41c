"""The dashboard's log of the API, as a browser without JavaScript has it."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from interactor_emulator import Emulator, bounds
from interactor_emulator.limits import KB

from tests.dashboard_forms import Pages, Shown
from tests.workflows import halt, http, script, terminal, to, workflow

pytestmark = pytest.mark.asyncio

APPROVAL = workflow(
    "approval",
    {
        "work": script("console.log('counted', input.n); return {n: input.n}", "ask"),
        "ask": halt(to("call", ok=True)),
        "call": http("https://erp.example/orders", "done", method="POST"),
        "done": terminal(),
    },
)


@pytest.fixture
def pages(interactor: Emulator) -> Pages:
    interactor.load(APPROVAL)
    interactor.stub("https://erp.example/*")
    return Pages(interactor)


@pytest_asyncio.fixture
async def api(interactor: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {interactor.token()}"}
    transport = httpx.ASGITransport(interactor.asgi_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1", headers=headers) as client:
        yield client


async def create(api: httpx.AsyncClient, **headers: str) -> httpx.Response:
    body = {"namespace": "user_1", "input": {"n": 7}}
    return await api.post("/workflows/approval/instances", json=body, headers=headers)


async def of(pages: Pages, answer: httpx.Response) -> Shown:
    return await pages.open(f"requests/{answer.headers['x-request-id']}")


async def test_a_request_is_followed_to_its_script_its_call_and_its_webhook(
    interactor: Emulator, pages: Pages, api: httpx.AsyncClient
) -> None:
    interactor.webhooks.subscribe("https://yourapp.example/hooks")
    created = await create(api)
    instance = created.json()["data"]["id"]
    first = await of(pages, created)
    assert re.search(r"script script of work ran in \d+ ms", first.text)
    assert "log: counted 7" in first.text
    assert "halted ask" in first.text
    assert "call POST https://erp.example" not in first.text
    resumed = await api.post(f"/workflows/instances/{instance}/resume", json={"input": {"ok": True}})
    second = await of(pages, resumed)
    assert "POST https://erp.example/orders → 200, by stub" in second.text
    assert "workflow.instance.completed to https://yourapp.example/hooks: It never left the emulator" in second.text
    assert "counted 7" not in second.text
    link = next(each for each in second.links if "/calls/" in each)
    assert (await pages.open(link)).status == 200
    assert any("/webhooks/deliveries/del_" in each for each in second.links)
    assert any(each.endswith(f"/instances/{instance}") for each in second.links)


async def test_what_looks_like_a_mistake_stands_with_the_request(pages: Pages, api: httpx.AsyncClient) -> None:
    wrong = await api.post("/workflows/approval/instances", json={"namespace": "n", "inputs": {"n": 1}})
    nowhere = await api.get("/workflow/approval")
    again = await api.get("/workflow/approval")
    shown = await pages.open("requests")
    assert shown.text.count("1 near miss") == 2
    assert "does not read 'inputs'" in (await of(pages, wrong)).text
    for each in (nowhere, again):
        assert "GET /api/v1/workflow/approval leads nowhere" in (await of(pages, each)).text


async def test_rates_and_repeats_are_said(pages: Pages, api: httpx.AsyncClient) -> None:
    first = await create(api, **{"Idempotency-Key": "k 1"})
    again = await create(api, **{"Idempotency-Key": "k 1"})
    shown = await of(pages, again)
    limit, left = (again.headers[f"x-ratelimit-{each}"] for each in ("limit", "remaining"))
    assert f"{left} of {limit} are left until 2026-01-20 12:01:00" in shown.text
    assert f"a repeat. It was given the answer of {first.headers['x-request-id']}" in shown.text
    assert "a repeat" not in (await of(pages, first)).text


async def test_requests_are_filtered(pages: Pages, api: httpx.AsyncClient) -> None:
    created = await create(api)
    await api.get("/workflows/instances/inst_none")
    ids = [each.split()[0] for each in (await pages.open("requests")).text.split("req_")[1:]]
    assert len(ids) == 2
    for query, expected in (
        ("method=POST", 1),
        ("method=PUT", 0),
        ("kind=refused", 1),
        ("kind=ok", 1),
        ("path=inst_none", 1),
        ("path=%3Cscript%3E", 0),
    ):
        assert (await pages.open(f"requests?{query}")).text.count("req_") == expected, query
    assert created.headers["x-request-id"] in (await pages.open("requests?method=POST")).text


async def test_no_credential_is_kept_or_shown(interactor: Emulator, pages: Pages, api: httpx.AsyncClient) -> None:
    interactor.secrets["key"] = "sk<live>1234"
    made = await api.post("/webhooks/subscriptions", json={"url": "https://x.example/", "events": ["workflow.instance.halted"]})  # fmt: skip  # noqa: E501
    secret = made.json()["data"]["secret"]
    said = await api.post("/workflows/approval/instances", json={"namespace": "n", "input": {"said": "sk<live>1234"}})
    client = next(iter(interactor.clients.values()))
    transport = httpx.ASGITransport(interactor.asgi_app)
    grant = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": client.client_secret}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as outside:
        token = await outside.post("/oauth/token", data=grant)
        streamed = await outside.get(f"/api/v1/nowhere?token={token.json()['access_token']}")
    hidden = (secret, "sk<live>", "sk&lt;live", client.client_secret, token.json()["access_token"], interactor.token())
    for answer in (made, said, token, streamed):
        shown = await of(pages, answer)
        assert shown.status == 200
        assert [each for each in hidden if each in shown.html] == []
    assert "credentials may stand in it" in (await of(pages, token)).text
    assert '"secret": "[REDACTED]"' in (await of(pages, made)).text


async def test_the_latest_are_kept_each_with_the_beginning_of_its_bodies(
    interactor: Emulator, pages: Pages, api: httpx.AsyncClient
) -> None:
    secret = "s" * 3_000 + "ecret"
    interactor.secrets["long"] = secret
    filling = "x" * (bounds.EXCHANGED.most - 100)
    long = await api.post(
        "/workflows/approval/instances", json={"namespace": "n", "filling": filling, "input": {"said": secret}}
    )
    shown = await of(pages, long)
    assert "sssss" not in shown.html
    assert f"The beginning of {len(json.dumps({'namespace': 'n', 'filling': filling, 'input': {'said': secret}}, separators=(',', ':'))):,} bytes" in shown.text  # fmt: skip  # noqa: E501
    assert len(shown.html) < 40 * KB
    for _ in range(bounds.EXCHANGES.most):
        await api.get("/workflows")
    kept = list(interactor.account.exchanges)
    assert len(kept) == bounds.EXCHANGES.most
    assert long.headers["x-request-id"] not in {each.answered.request_id for each in kept}
    gone = await of(pages, long)
    assert "The request itself is not kept any more; what it caused is" in gone.text
    assert "log: counted undefined" in gone.text
    interactor.reset()
    assert list(interactor.account.exchanges) == []
    assert (await of(pages, long)).status == 404


async def test_a_long_list_is_paged(pages: Pages, api: httpx.AsyncClient) -> None:
    for _ in range(51):
        await api.get("/workflows")
    first = await pages.open("requests")
    assert first.text.count("req_") == 50
    (older,) = [each for each in first.links if "page=2" in each]
    assert (await pages.open(older)).text.count("req_") == 1


@pytest.mark.parametrize("own", ["a/b", "a%2Fb", "<script>alert(1)</script>", "q?x#y", "';--\"", "events"])
async def test_any_id_that_a_client_chose_has_a_page(pages: Pages, api: httpx.AsyncClient, own: str) -> None:
    answer = await create(api, **{"X-Request-Id": own})
    assert answer.headers["x-request-id"] == own
    listed = await pages.open("requests")
    (link, *_) = [each for each in listed.links if "/requests/" in each]
    shown = await pages.open(link)
    assert (shown.status, "log: counted 7" in shown.text) == (200, True)
    for page in (listed, shown):
        assert "<script>alert" not in page.html


async def test_an_id_that_was_used_again_shows_the_latest(pages: Pages, api: httpx.AsyncClient) -> None:
    await api.get("/workflows", headers={"X-Request-Id": "mine"})
    await api.get("/nowhere", headers={"X-Request-Id": "mine"})
    shown = await pages.open("requests/mine")
    assert "GET /api/v1/nowhere" in shown.text
    assert "1 earlier request has the same id" in shown.text


async def test_what_a_client_sends_is_shown_as_text(pages: Pages, api: httpx.AsyncClient) -> None:
    hostile = "<b-hostile onhostile=1>\"'"
    answers: list[Any] = [
        await api.post("/workflows/approval/instances", json={"namespace": hostile, hostile: hostile}),
        await api.get(f"/{hostile}", params={hostile: hostile}),
        await api.post("/workflows/approval/instances", content=hostile),
        await api.post("/workflows/approval/instances", content=b"\xff\x00\xd8", headers={"Idempotency-Key": hostile}),
    ]
    for each in answers:
        shown = await of(pages, each)
        assert shown.status == 200
        assert "<b-hostile" not in shown.html
    assert "<b-hostile" not in (await pages.open("requests")).html
