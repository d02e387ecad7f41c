"""A webhook receiver that does what the document says: raw bytes, signature, age, and only then the JSON."""

import hashlib
import hmac
import json
import os
import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

SECRET = os.environ.get("WEBHOOK_SECRET", "whsec_example_secret_of_32_letters").encode()
MAX_AGE_SECONDS = 300

seen: set[str] = set()


def is_genuine(body: bytes, signature: str, timestamp: str) -> bool:
    if not timestamp.isdigit() or time.time() - int(timestamp) > MAX_AGE_SECONDS:
        return False
    expected = "sha256=" + hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


async def receive(request: Request) -> JSONResponse:
    body = await request.body()
    headers = request.headers
    if not is_genuine(body, headers.get("X-Interactor-Signature", ""), headers.get("X-Interactor-Timestamp", "")):
        return JSONResponse({"error": "invalid signature"}, 401)
    delivery = json.loads(body)
    if delivery["delivery_id"] not in seen:  # deliveries may come twice
        seen.add(delivery["delivery_id"])
        # … do the work here, or better: put it into a queue and answer at once.
    return JSONResponse({"received": True})


app = Starlette(routes=[Route("/webhooks/workflows", receive, methods=["POST"])])
