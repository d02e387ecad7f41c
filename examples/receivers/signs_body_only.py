"""A receiver as it has really been published: neither the timestamp nor the prefix is in what it compares.

Its own tests were green, since their mock signed the same wrong way. `interactor-emulator certify` says what is wrong.
"""

import hashlib
import hmac
import json
import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

SECRET = os.environ.get("WEBHOOK_SECRET", "whsec_example_secret_of_32_letters").encode()


async def receive(request: Request) -> JSONResponse:
    body = await request.body()
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), request.headers.get("X-Interactor-Signature", "").encode()):
        return JSONResponse({"error": "invalid signature"}, 401)
    json.loads(body)
    return JSONResponse({"received": True})


app = Starlette(routes=[Route("/webhooks/workflows", receive, methods=["POST"])])
