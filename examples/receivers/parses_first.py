"""A receiver that parses before it verifies: whoever has no secret at all can feed its parser."""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from .right import is_genuine


async def receive(request: Request) -> JSONResponse:
    body = await request.body()
    try:
        json.loads(body)
    except ValueError:
        return JSONResponse({"error": "not JSON"}, 400)
    headers = request.headers
    if not is_genuine(body, headers.get("X-Interactor-Signature", ""), headers.get("X-Interactor-Timestamp", "")):
        return JSONResponse({"error": "invalid signature"}, 401)
    return JSONResponse({"received": True})


app = Starlette(routes=[Route("/webhooks/workflows", receive, methods=["POST"])])
