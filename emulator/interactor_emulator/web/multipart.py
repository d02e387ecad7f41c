"""Reading a form with a file: bounded, and whole or not at all."""

from collections.abc import Mapping

from starlette.types import Message, Receive, Scope

from interactor_emulator.errors import PayloadTooLarge, UnsupportedMediaType, ValidationError
from interactor_emulator.limits import KB, Limits

from . import body

# What a form has beside its file: names, boundaries, the parts' headers.
_FORM_BYTES = 64 * KB
_FIELDS = 10


class SentFile:
    """A part of a form that holds a file."""

    def __init__(self, filename: str, content_type: str, content: bytes) -> None:
        self.filename = filename
        self.content_type = content_type
        self.content = content


async def read_form(scope: Scope, receive: Receive, limits: Limits) -> Mapping[str, object]:
    """The parts of a form by name. Raises UnsupportedMediaType, PayloadTooLarge, ValidationError.

    No more is read than the largest file needs, whatever is sent.
    """
    from starlette.datastructures import UploadFile  # late: few servers ever see a file
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

    request = Request(scope, _bounded(body.whole(receive), limits.file_bytes + _FORM_BYTES, limits.file_bytes))
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("Content-Type must be multipart/form-data")
    try:
        async with request.form(max_files=1, max_fields=_FIELDS) as form:
            return {
                name: SentFile(part.filename or "", part.content_type or "", await part.read())
                if isinstance(part, UploadFile)
                else part
                for name, part in form.items()
            }
    except HTTPException as error:
        raise ValidationError(("body", f"Body is no valid form: {error.detail}")) from None
    except (LookupError, UnicodeError) as error:  # a charset that nobody knows, or that the bytes are not in
        raise ValidationError(("body", f"Body is no valid form: {error}")) from None


def _bounded(receive: Receive, limit_bytes: int, shown_bytes: int) -> Receive:
    length = 0

    async def receive_some() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > limit_bytes:
            raise PayloadTooLarge("file", shown_bytes)
        return message

    return receive_some
