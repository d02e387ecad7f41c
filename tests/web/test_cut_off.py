"""A request that was cut off is no request (RFC 9112, 8): nothing happens, and nothing is kept."""

import json
import socket
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.web.hosting.serving import Server

FORM = b'--x\r\nContent-Disposition: form-data; name="a_field"\r\n\r\n'
BODY = b'{"input": {"ok": true}, "scopes": [], "name": "other"}'.ljust(len(FORM))
RESUME, CANCEL = "/api/v1{instance}/resume", "/api/v1{instance}/cancel"
PATHS = [
    RESUME,
    CANCEL,
    "/api/v1{instance}/threads/thread_main/resume",
    "/api/v1{instance}/files",
    "/api/v1/workflows/approval/instances",
    "/api/v1/workflows/approval/versions",
    "/api/v1/workflows/approval/versions/{draft}/publish",
    "/api/v1/workflows",
    "/api/v1/webhooks/subscriptions",
    "/oauth/token",
    "/oauth/revoke",
    "/api/v1/oauth/token",
    "/_emulator/reset",
    "/_emulator/tokens",
    "/_emulator/accounts",
    "/_emulator/hold",
    "/_emulator/clock/advance",
    "/_emulator/stubs",
]
CUTS = {
    "before its body": (b"Content-Length: %d\r\n\r\n" % len(BODY), b""),
    "in its body": (b"Content-Length: %d\r\n\r\n" % (len(BODY) + 1), BODY),
    "before its last chunk": (b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n" % (len(BODY), BODY)),
    "in a chunk": (b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s" % (len(BODY) + 4, BODY)),
}


class Cut:
    """Sends the beginning of a request and closes the connection, for writing alone or altogether."""

    def __init__(self, server: Server, token: str, instance: str, draft: str) -> None:
        self.port, self.token, self.names = server.port, token, {"instance": instance, "draft": draft}

    def __call__(self, path: str, cut: str, *, half: bool, key: str = "") -> None:
        framing, part = CUTS[cut]
        kind = "application/json"
        if path.endswith("/files"):
            kind, part = "multipart/form-data; boundary=x", part.replace(BODY, FORM)
        head = (
            f"POST {path.format(**self.names)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            f"Authorization: Bearer {self.token}\r\n" + (f"Idempotency-Key: {key}\r\n" if key else "")
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(head.encode() + framing + part)
            if half:
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(1 << 16) == b""


@pytest.fixture
def cut(interactor: Emulator, interactor_server: Server, instance: str, approval: dict[str, Any]) -> Cut:
    draft = interactor.load(approval, publish=False)
    return Cut(interactor_server, interactor.token(), instance, draft)


def seen(client: httpx.Client, emulator: Emulator, instance: str) -> Any:
    """All that a request could have changed."""
    control = str(client.base_url).replace("/api/v1/", "/_emulator")
    paths = [instance, f"{instance}/history", "/workflows", "/workflows/approval/versions", "/webhooks/subscriptions"]
    shown = [client.get(path).json() for path in [*paths, "/workflows/instances"]]
    asked = [httpx.get(f"{control}/{name}").json() for name in ("stubs", "hold", "clock", "clients")]
    return json.dumps([shown, asked, sorted(each.name for each in emulator.accounts)])


@pytest.mark.parametrize("half", [True, False], ids=["half-closed", "closed"])
@pytest.mark.parametrize("where", CUTS)
def test_nothing_happens(
    interactor: Emulator, interactor_client: httpx.Client, instance: str, cut: Cut, where: str, half: bool
) -> None:
    before = seen(interactor_client, interactor, instance)
    for path in PATHS:
        cut(path, where, half=half)
    assert seen(interactor_client, interactor, instance) == before


@pytest.mark.parametrize("where", CUTS)
def test_nothing_is_kept_under_its_key(interactor_client: httpx.Client, instance: str, cut: Cut, where: str) -> None:
    cut(RESUME, where, half=True, key="once")
    whole = interactor_client.post(
        f"{instance}/resume", json={"input": {"ok": True}}, headers={"Idempotency-Key": "once"}
    )
    assert whole.json()["data"]["status"] == "completed"


def test_a_whole_request_whose_client_has_left_is_carried_out(
    interactor: Emulator, interactor_server: Server, interactor_client: httpx.Client, instance: str
) -> None:
    """Its answer is lost, and that is all: so it is with any service."""
    head = f"POST /api/v1{instance}/resume HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    body = b'{"input": {"ok": true}}'
    token = f"Authorization: Bearer {interactor.token()}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", interactor_server.port), timeout=20) as connection:
        connection.sendall(head.encode() + token.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1 << 16)
    assert interactor_client.get(instance).json()["data"]["status"] == "completed"
