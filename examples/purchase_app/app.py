"""A small web app whose approvals run on Interactor: ask for a purchase, answer its forms, see how it went.

It knows the service's addresses and credentials from the environment, as in production.
"""

import hashlib
import hmac
import html
import json
import os
import time
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

WEBHOOK_SECRET = os.environ.get("WEBHOOK_SECRET", "whsec_purchase_app_secret_32_letters")
MAX_AGE_SECONDS = 300


class Interactor:
    """The calls of the service that this app needs."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._http = httpx.AsyncClient(base_url=f"{environment['INTERACTOR_CORE_URL']}/api/v1", trust_env=False)
        self._token = ""

    async def call(self, method: str, path: str, **more: Any) -> Any:
        """The `data` of an answer; a token that has run out is renewed once."""
        answer = await self._send(method, path, more)
        if answer.status_code == 401:
            self._token = await self._new_token()
            answer = await self._send(method, path, more)
        answer.raise_for_status()
        return answer.json()["data"]

    async def close(self) -> None:
        await self._http.aclose()

    async def _send(self, method: str, path: str, more: Mapping[str, Any]) -> httpx.Response:
        self._token = self._token or await self._new_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        return await self._http.request(method, path, headers=headers, **more)

    async def _new_token(self) -> str:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self._environment["INTERACTOR_CLIENT_ID"],
            "client_secret": self._environment["INTERACTOR_CLIENT_SECRET"],
        }
        answer = await self._http.post(f"{self._environment['INTERACTOR_AUTH_URL']}/oauth/token", data=fields)
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def field_shown(field: Mapping[str, Any]) -> str:
    """A field of `halting_presentation` as HTML."""
    name, kind = html.escape(field["name"]), field["type"]
    needed = " required" if field.get("required") and kind != "boolean" else ""
    if kind == "boolean":
        shown = f'<input type="checkbox" name="{name}">'
    elif kind == "select":
        options = [
            f'<option value="{html.escape(str(each["value"]))}">{html.escape(each["label"])}</option>'
            for each in field["options"]
        ]
        shown = f'<select name="{name}"{needed}><option></option>{"".join(options)}</select>'
    elif field.get("multiline"):
        shown = f'<textarea name="{name}"{needed}></textarea>'
    else:
        bounds = "".join(f' {bound}="{field[bound]}"' for bound in ("min", "max", "step") if bound in field)
        type_ = {"number": "number", "date": "date", "file": "file"}.get(kind, "text")
        shown = f'<input type="{type_}" name="{name}"{bounds}{needed}>'
    return f"<p><label>{html.escape(field['label'])} {shown}</label></p>"


def value_of(field: Mapping[str, Any], given: Any) -> Any:
    """What a browser has sent for a field, as the workflow wants it; None leaves it out."""
    if field["type"] == "boolean":
        return given is not None
    if given in (None, ""):
        return None
    return float(given) if field["type"] == "number" else given


def page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(f"<!doctype html><title>{html.escape(title)}</title><h1>{html.escape(title)}</h1>{body}")


async def home(request: Request) -> HTMLResponse:
    rows = [
        f'<li><a href="/purchases/{key}">{html.escape(status)}</a></li>'
        for key, status in request.app.state.known.items()
    ]
    fields = 'Item <input name="item"> Amount <input name="amount"> <button>Ask</button>'
    form = f'<form method="post" action="/purchases">{fields}</form>'
    return page("Purchases", f"<ul>{''.join(rows)}</ul>{form}")


async def create(request: Request) -> RedirectResponse:
    form = await request.form()
    asked = {"item": form["item"], "amount": float(str(form["amount"])), "requester": "ann"}
    made = await request.app.state.interactor.call(
        "POST", "/workflows/purchase/instances", json={"namespace": "ann", "input": asked}
    )
    return RedirectResponse(f"/purchases/{made['id']}", 303)


async def show(request: Request) -> HTMLResponse:
    path = f"/workflows/instances/{request.path_params['id']}"
    found = await request.app.state.interactor.call("GET", path)
    form = found.get("halting_presentation")
    if form is None:
        return page(f"Purchase: {found['status']}", f"<p>It ended in {html.escape(found['current_state'])}.</p>")
    fields = "".join(field_shown(field) for field in form["fields"])
    ask = f'<form method="post" enctype="multipart/form-data">{fields}<button>Send</button></form>'
    return page(form["title"], f"<p>{html.escape(form['description'])}</p>{ask}")


async def uploaded(interactor: Interactor, path: str, field: str, value: Any) -> str | None:
    """The id of a file that was chosen for a field."""
    if value is None or isinstance(value, str) or not value.filename:
        return None
    file = {"file": (value.filename, await value.read(), value.content_type)}
    return str((await interactor.call("POST", f"{path}/files", data={"field": field}, files=file))["file_id"])


async def answer(request: Request) -> RedirectResponse:
    interactor, path = request.app.state.interactor, f"/workflows/instances/{request.path_params['id']}"
    presentation = (await interactor.call("GET", path))["halting_presentation"]
    given = {}
    async with request.form() as form:
        for field in presentation["fields"]:
            value = form.get(field["name"])
            if field["type"] == "file":
                value = await uploaded(interactor, path, field["name"], value)
            if (sent := value_of(field, value)) is not None:
                given[field["name"]] = sent
    await interactor.call("POST", f"{path}/resume", json={"input": given})
    return RedirectResponse(f"/purchases/{request.path_params['id']}", 303)


def is_genuine(body: bytes, signature: str, timestamp: str) -> bool:
    """As the service's document says: the raw bytes, the timestamp among what is signed, at most five minutes old."""
    if not timestamp.isdigit() or time.time() - int(timestamp) > MAX_AGE_SECONDS:
        return False
    expected = hmac.new(WEBHOOK_SECRET.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={expected}".encode(), signature.encode())


async def webhook(request: Request) -> Response:
    body, headers = await request.body(), request.headers
    if not is_genuine(body, headers.get("X-Interactor-Signature", ""), headers.get("X-Interactor-Timestamp", "")):
        return JSONResponse({"error": "invalid signature"}, 401)
    told = json.loads(body)
    # Deliveries may come twice and in any order: the latest event of an instance counts, whenever it comes.
    instance_id, short = told["data"].get("instance_id", ""), told["event"].rsplit(".", 1)[1]
    latest = request.app.state.latest
    if told["timestamp"] >= latest.get(instance_id, ""):
        latest[instance_id], request.app.state.known[instance_id] = told["timestamp"], short
    return JSONResponse({"received": True})


def create_app(environment: Mapping[str, str] = os.environ) -> Starlette:
    app = Starlette(
        routes=[
            Route("/", home),
            Route("/purchases", create, methods=["POST"]),
            Route("/purchases/{id}", show),
            Route("/purchases/{id}", answer, methods=["POST"]),
            Route("/webhooks/workflows", webhook, methods=["POST"]),
        ]
    )
    app.state.interactor, app.state.known, app.state.latest = Interactor(environment), {}, {}
    return app
