"""Errors become answers here, and nowhere else."""

import logging
import traceback
from collections.abc import Iterable

from interactor_emulator.errors import InteractorError, RateLimited
from interactor_emulator.redaction import redact
from interactor_emulator.wire import answers

from .respond import Headers, Response, json_response

log = logging.getLogger("interactor_emulator")


def response(error: Exception, request_id: str, secrets: Iterable[str] = ()) -> Response:
    """The answer that tells of an error. One that nobody meant is a 500, and is logged in full, but for secrets."""
    if not isinstance(error, InteractorError):
        told = redact("".join(traceback.format_exception(error)), secrets)
        log.error("request %s failed inside the emulator\n%s", request_id, told)
        error = InteractorError("Internal error of the emulator; its log has the traceback")
    headers: Headers = []
    if isinstance(error, RateLimited):
        headers = [(b"retry-after", b"%d" % error.retry_after)]
    body = answers.failure(error.code, error.message, error.details, request_id)
    return json_response(error.status, body, headers)
