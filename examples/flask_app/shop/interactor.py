"""The calls of the service that the shop needs, tried again when the network or the service breaks."""

import time
from collections.abc import Sequence
from typing import Any

import httpx


class Refused(Exception):
    """The service said no; `code` is the error's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Unavailable(Exception):
    """The service has not answered, however often it was asked. What was asked for may have been done."""


class Interactor:
    """`pauses` are the seconds to wait before each further try."""

    def __init__(
        self, core_url: str, auth_url: str, client_id: str, client_secret: str, pauses: Sequence[float]
    ) -> None:
        self._http = httpx.Client(base_url=f"{core_url}/api/v1")
        self._token_url = f"{auth_url}/oauth/token"
        self._credentials = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._pauses = pauses
        self._token = ""

    def start(self, workflow: str, namespace: str, data: dict[str, Any], *, key: str) -> Any:
        """Start an instance; with the same key within 24 hours it is the same one."""
        body = {"namespace": namespace, "input": data}
        return self._call("POST", f"/workflows/{workflow}/instances", json=body, headers={"Idempotency-Key": key})

    def resume(self, instance_id: str, answer: dict[str, Any], *, key: str) -> Any:
        path = f"/workflows/instances/{instance_id}/resume"
        return self._call("POST", path, json={"input": answer}, headers={"Idempotency-Key": key})

    def instance(self, instance_id: str) -> Any:
        return self._call("GET", f"/workflows/instances/{instance_id}")

    def _call(self, method: str, path: str, **more: Any) -> Any:
        """The `data` of the answer. Every call may be made twice: it has a key, or changes nothing."""
        for pause in self._pauses:
            try:
                return self._answered(method, path, more)
            except (httpx.TransportError, Unavailable):
                time.sleep(pause)
        try:
            return self._answered(method, path, more)
        except httpx.TransportError as error:
            raise Unavailable(f"{method} {path}: {error}") from error

    def _answered(self, method: str, path: str, more: dict[str, Any]) -> Any:
        answer = self._sent(method, path, more)
        if answer.status_code == 401:  # a token lasts an hour
            self._token = ""
            answer = self._sent(method, path, more)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unavailable(f"{method} {path}: {answer.status_code}")
        body = answer.json()
        if "error" in body:
            raise Refused(body["error"]["code"], body["error"]["message"])
        return body["data"]

    def _sent(self, method: str, path: str, more: dict[str, Any]) -> httpx.Response:
        self._token = self._token or self._new_token()
        headers = {"Authorization": f"Bearer {self._token}", **more.get("headers", {})}
        return self._http.request(method, path, **{**more, "headers": headers})

    def _new_token(self) -> str:
        answer = self._http.post(self._token_url, data=self._credentials)
        answer.raise_for_status()
        return str(answer.json()["access_token"])
