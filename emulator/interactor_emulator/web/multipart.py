"""Reading a form with a file: bounded, and whole or not at all."""

from collections.abc import Mapping

from starlette.types import Message, Receive, Scope

from interactor_emulator.errors import PayloadTooLarge, UnsupportedMediaType, ValidationError
from interactor_emulator.limits import KB, MB, Limits

from . import body

# What a form has beside its files: names, boundaries, the parts' headers.
_FORM_BYTES = 64 * KB
_FIELDS = 10


class SentFile:
    """A part of a form that holds a file."""

    def __init__(self, filename: str, content_type: str, content: bytes) -> None:
        self.filename = filename
        self.content_type = content_type
        self.content = content


async def read_form(
    scope: Scope, receive: Receive, limits: Limits, *, files: int = 1, fields: int = _FIELDS, texts: int = 0
) -> Mapping[str, object]:
    """The parts of a form by name: so many files and fields, and bytes of texts. Raises UnsupportedMediaType,
    PayloadTooLarge, ValidationError.

    No more is read than the largest files need, whatever is sent.
    """
    from starlette.datastructures import UploadFile  # late: few servers ever see a file
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

    most = limits.file_bytes * files + texts + _FORM_BYTES
    request = Request(scope, _bounded(body.whole(receive), most, limits.file_bytes))
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("Content-Type must be multipart/form-data")
    try:
        async with request.form(max_files=files, max_fields=fields, max_part_size=max(texts, MB)) as form:
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
