"""Upload of a file: a form with `field` and `file`."""

from interactor_emulator.errors import ValidationError
from interactor_emulator.services import files
from interactor_emulator.web.call import Answer, Call
from interactor_emulator.web.multipart import SentFile
from interactor_emulator.wire import answers

from .instances import owned


def upload(call: Call) -> Answer:
    instance = owned(call)
    field, sent = call.body.get("field"), call.body.get("file")
    if not isinstance(field, str) or not field:
        raise ValidationError(("field", "field is required: the name of a file field"))
    if not isinstance(sent, SentFile):
        raise ValidationError(("file", "file is required: a part with a file name"))
    given = files.Upload(field, sent.filename, sent.content_type, sent.content)
    return Answer(answers.file(files.add(call.account, instance.id, given)), 201)
