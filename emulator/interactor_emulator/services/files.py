"""Files for the fields of a halted form: upload, and what may be uploaded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from interactor_emulator.account.account import Account
from interactor_emulator.errors import InstanceNotHalted, PayloadTooLarge, UnsupportedMediaType, ValidationError
from interactor_emulator.jsontext import is_number
from interactor_emulator.state.events import FileUploaded
from interactor_emulator.state.instance import Instance, Thread
from interactor_emulator.state.store import File

from .instances import get
from .record import record

_ANY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """What a client sent: for which field, and the file."""

    field: str
    filename: str
    content_type: str
    content: bytes


def add(account: Account, instance_id: str, upload: Upload) -> File:
    """Keep the file for the field of a form that the instance shows.

    Raises InstanceNotHalted, ValidationError (no such file field, or enough files in it), PayloadTooLarge (also the
    field's own `maxSize`), UnsupportedMediaType (not in the field's `accept`).
    """
    instance = get(account, instance_id)
    if not any(thread.status == "halted" for thread in instance.threads.values()):
        raise InstanceNotHalted(instance.id, instance.status)
    thread, field = _file_field(instance, upload.field)
    _check(account, field, upload)
    assert thread.halted is not None
    halt_id, limit = thread.halted.id, account.limits.files_per_field
    there = [
        file for file in account.store.files_of(instance.id) if file.halt_id == halt_id and file.field == upload.field
    ]
    if len(there) >= limit:
        # "Max files per field | 5"
        raise ValidationError(("file", f"field '{upload.field}' has its limit of {limit} files"))
    now_ms = account.clock.now_ms
    file = File(
        id=account.ids.file(now_ms),
        instance_id=instance.id,
        thread_id=thread.id,
        halt_id=halt_id,
        field=upload.field,
        filename=upload.filename,
        content_type=upload.content_type or _ANY_TYPE,
        content=upload.content,
        created_ms=now_ms,
    )
    account.store.add_file(file)
    record(account, instance, FileUploaded(thread.id, file.id, thread.state, upload.field))
    return file


def _file_field(instance: Instance, name: str) -> tuple[Thread, Mapping[str, object]]:
    for thread, field in _file_fields(instance):
        if field.get("name") == name:
            return thread, field
    raise ValidationError(("field", f"'{name[:100]}' is no file field of the form that the instance shows"))


def _file_fields(instance: Instance) -> Iterator[tuple[Thread, Mapping[str, object]]]:
    for thread in instance.threads.values():
        presentation = (thread.halted.presentation if thread.halted else None) or {}
        fields = presentation.get("fields")
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, dict) and field.get("type") == "file":
                yield thread, field


def _check(account: Account, field: Mapping[str, object], upload: Upload) -> None:
    # "Max file size | 10 MB"; a field may set less.
    limit, own = account.limits.file_bytes, field.get("maxSize")
    if is_number(own):
        limit = min(limit, int(own))
    if len(upload.content) > limit:
        raise PayloadTooLarge("file", limit)
    if not _accepted(field.get("accept"), upload):
        raise UnsupportedMediaType(f"Field '{upload.field}' does not accept {upload.content_type or _ANY_TYPE}")


def _accepted(accept: object, upload: Upload) -> bool:
    """ "Allowed MIME types | Configurable per field": types, `image/*`, or endings like `.pdf`, as in HTML."""
    allowed = accept.split(",") if isinstance(accept, str) else accept
    if not isinstance(allowed, list):
        return True
    patterns = [str(each).strip().lower() for each in allowed if str(each).strip()]
    media_type = (upload.content_type or _ANY_TYPE).split(";", 1)[0].strip().lower()
    name = upload.filename.lower()
    return not patterns or any(
        name.endswith(pattern) if pattern.startswith(".") else fnmatchcase(media_type, pattern) for pattern in patterns
    )
