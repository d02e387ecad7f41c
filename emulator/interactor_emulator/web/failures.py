"""Errors become answers here, and nowhere else."""

import logging

from interactor_emulator.errors import InteractorError, RateLimited

from . import wire
from .respond import Headers, Response, json_response

log = logging.getLogger("interactor_emulator")


def response(error: Exception, request_id: str) -> Response:
    """The answer that tells of an error. One that nobody meant is a 500, and is logged in full."""
    if not isinstance(error, InteractorError):
        log.error("request %s failed inside the emulator", request_id, exc_info=error)
        error = InteractorError("Internal error of the emulator; its log has the traceback")
    headers: Headers = []
    if isinstance(error, RateLimited):
        headers = [(b"retry-after", b"%d" % error.retry_after)]
    body = wire.failure(error.code, error.message, error.details, request_id)
    return json_response(error.status, body, headers)
