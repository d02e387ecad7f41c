"""A bare Starlette application on uvicorn, as a user would write one: `python bare.py PORT BODY_FILE`."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = Path(sys.argv[2]).read_bytes() if len(sys.argv) > 2 else b"{}"


async def show(_request: Request) -> Response:
    return Response(BODY, media_type="application/json")


app = Starlette(routes=[Route("/api/v1/workflows/instances/{instance_id}", show), Route("/health", show)])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="error")
