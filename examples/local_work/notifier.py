"""A service that writes a line to whoever has to answer: it takes the webhook of each halt."""

import hashlib
import hmac
import json
import os
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

SECRET = os.environ.get("WEBHOOK_SECRET", "whsec_example_secret_of_32_letters")


async def receive(request: Request) -> PlainTextResponse:
    body, timestamp = await request.body(), request.headers.get("X-Interactor-Timestamp", "")
    expected = "sha256=" + hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Interactor-Signature", "")):
        return PlainTextResponse("invalid signature", 401)
    return PlainTextResponse(f"told: {text_of(json.loads(body)['data'])}")


def text_of(halted: dict[str, Any]) -> str:
    """What there is to read; a state without a presentation halts too."""
    waits = {"message": f"{halted['workflow_name']} waits in {halted['current_state']}"}
    return str(halted.get("halting_presentation", waits)["message"])


app = Starlette(routes=[Route("/webhooks", receive, methods=["POST"])])
