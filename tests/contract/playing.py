"""Plays an exchange against a server: sends its requests, takes what is sent to the customer's own, and compares."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from interactor_emulator import Emulator
from interactor_emulator.signing import SignatureError, verify
from interactor_fixtures import definition

from tests.overlapping import Queue

from .exchanges import differences, filled, header_differences

ORIGINS = ("https://yourapp.com", "https://api.yourservice.com")
"""The servers of the customer that the document names."""


class Receiver:
    """The customer's own server: takes everything, and keeps it in the order in which it came."""

    def __init__(self) -> None:
        self.came: list[tuple[Mapping[str, Any], bytes]] = []

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        headers = {name[5:].replace("_", "-"): text for name, text in environ.items() if name.startswith("HTTP_")}
        url = f"https://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
        headers["CONTENT-TYPE"] = environ.get("CONTENT_TYPE")
        self.came.append(({"method": environ["REQUEST_METHOD"], "url": url, "headers": headers}, body))
        start_response("200 OK", [])
        return []


class Player:
    """Plays steps one after the other; what they capture stands for the steps that follow."""

    def __init__(self, emulator: Emulator, client: httpx.Client, url: str) -> None:
        self._emulator, self._client, self._url = emulator, client, url
        self._receiver = Receiver()
        self._captured: dict[str, str] = {}
        emulator.routes = dict.fromkeys(ORIGINS, self._receiver)

    def play(self, step: Mapping[str, Any]) -> list[str]:
        """What differs, a line each."""
        if "received" in step:
            return self._received(step["received"])
        if "overlapping" in step:
            return self._overlapping(step["overlapping"], step["steps"])
        times = range(step.get("times", 1))
        return [line for _ in times for line in self._compared(step["response"], self._send(step["request"]))]

    def left(self) -> list[str]:
        """What the customer's server was sent and no step has told of."""
        return [f"{told['method']} {told['url']}: {body.decode()}" for told, body in self._receiver.came]

    def _send(self, request: Mapping[str, Any]) -> httpx.Response:
        path = filled(request["path"], self._captured)
        outside = path.startswith(("/oauth", "/_emulator", "/.well-known"))
        headers = filled(request.get("headers", {}), self._captured)
        # A request that says who is calling brings its own token.
        sender: Any = httpx if outside or "Authorization" in headers else self._client
        content = _content(filled(request.get("body"), self._captured))
        url = f"{self._url}{'' if outside else '/api/v1'}{path}"
        answer: httpx.Response = sender.request(request["method"], url, **content, headers=headers)
        return answer

    def _compared(self, expected: Mapping[str, Any], answer: httpx.Response) -> list[str]:
        if answer.status_code != expected["status"]:
            return [f"expected {expected['status']}, found {answer.status_code}: {answer.text}"]
        body = answer.json() if answer.content else None
        return [
            *header_differences(expected.get("headers", {}), answer.headers, self._captured),
            *differences(expected["body"], body, self._captured),
        ]

    def _overlapping(self, operation: str, steps: Iterable[Mapping[str, Any]]) -> list[str]:
        with (
            httpx.Client(base_url=f"{self._url}/_emulator") as control,
            ThreadPoolExecutor(8) as threads,
        ):
            queue = Queue(self._client, control, threads)
            queue.hold(operation)
            sent = [(step, self._queued(queue, step["request"])) for step in steps]
            queue.release()
            return [line for step, each in sent for line in self._compared(step["response"], each.result())]

    def _queued(self, queue: Queue, request: Mapping[str, Any]) -> Any:
        path, body = filled(request["path"], self._captured), filled(request["body"], self._captured)
        return queue.send(path, body, **filled(request.get("headers", {}), self._captured))

    def _received(self, expected: Mapping[str, Any]) -> list[str]:
        self._emulator.settle()
        if not self._receiver.came:
            return ["nothing was received"]
        told, body = self._receiver.came.pop(0)
        found = {"method": told["method"], "url": told["url"]}
        return [
            *differences({name: expected[name] for name in found}, found, self._captured, "received"),
            *header_differences(expected.get("headers", {}), told["headers"], self._captured),
            *differences(expected["body"], json.loads(body), self._captured),
            *_unsigned(expected, told["headers"], body),
        ]


def _unsigned(expected: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> list[str]:
    if "secret" not in expected:
        return []
    try:
        signature, timestamp = (headers[f"X-INTERACTOR-{name}"] for name in ("SIGNATURE", "TIMESTAMP"))
        verify(expected["secret"], body, signature, timestamp)
    except SignatureError as error:
        return [f"signature: {error}"]
    return []


def _content(body: Any) -> dict[str, Any]:
    if isinstance(body, dict) and "$definition" in body:
        return {"json": definition(body["$definition"])}
    if isinstance(body, dict) and "$form" in body:
        form, file = body["$form"], body["$form"]["file"]
        return {"data": form["fields"], "files": {"file": (file["filename"], file["content"], file["content_type"])}}
    return {"json": body}
