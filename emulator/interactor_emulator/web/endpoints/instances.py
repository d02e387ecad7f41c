"""Endpoints of instances and threads."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, cast, get_args

from interactor_emulator import notices
from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError
from interactor_emulator.services import instances, workflows
from interactor_emulator.state.events import Event, Noticed
from interactor_emulator.state.instance import Instance, Status
from interactor_emulator.web.call import Answer, Call, member, optional, page_size
from interactor_emulator.wire import answers, shapes

_STATUSES = get_args(Status)


def create(call: Call) -> Steps[Answer]:
    asked = optional(call.body, call.account.variants.user_key, str) or _namespace_header(call)
    input_ = _input(call)
    workflows.find(call.account, call.params["name"])
    namespace = _namespace_of_create(call, asked)
    instance = yield from instances.create(call.account, call.params["name"], namespace, input_, call.cause)
    if namespace is None:
        _notice_missing_namespace(call, instance)
    call.changed = instance.id
    _raise_failure(instance)
    return Answer(answers.created(instance, _happened(call, instance), call.account.variants), 201)


def _input(call: Call) -> Mapping[str, Any]:
    """The body's, before anything is looked up: "413/415/400 body → 404 → 403"."""
    input_: Mapping[str, Any] = member(call.body, "input", dict, {})
    instances.check_input(call.account, input_)
    return input_


def _namespace_of_create(call: Call, namespace: str | None) -> str | None:
    owned = call.principal.namespaces
    if namespace is not None:
        call.require_namespace(namespace)
        return namespace
    if owned is None:
        return None
    if len(owned) != 1:
        name = call.account.variants.user_key
        raise ValidationError((name, f"{name} is required: the token owns {'several' if owned else 'none'}"))
    return owned[0]


def _namespace_header(call: Call) -> str | None:
    """Published: `X-Namespace` names the namespace of a create, and filters a list, where nothing else does."""
    sent = call.sent.get(b"x-namespace", b"")
    try:
        return sent.decode() or None
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def _notice_missing_namespace(call: Call, instance: Instance) -> None:
    notice = Noticed.of(notices.MISSING_NAMESPACE, request_id=call.request_id, instance=instance.id)
    call.account.journal.notice(notice, instance.id)


def index(call: Call) -> Answer:
    query = call.query
    status = query.get("status")
    if status is not None and status not in _STATUSES:
        raise ValidationError(("status", f"status must be one of {', '.join(_STATUSES)}"))
    namespace = query.get(call.account.variants.user_key) or _namespace_header(call)
    wanted = instances.Filter(namespace, query.get("workflow_name"), cast(Status | None, status))
    owned = call.principal.namespaces
    listed = (each for each in instances.newest(call.account, wanted) if owned is None or each.namespace in owned)
    if "limit" not in query and "cursor" not in query:
        return Answer({"instances": [answers.instance_row(instance) for instance in listed]})
    return Answer(_page(listed, query))


def _page(listed: Iterable[Instance], query: Mapping[str, str]) -> shapes.Instances:
    """Inferred: like the pages of the history, the cursor being the id of the last instance shown."""
    size, cursor = page_size(query), query.get("cursor")
    if cursor is not None:
        listed = (each for each in listed if each.id < cursor)
    page = list(islice(listed, size + 1))
    more = len(page) > size
    page = page[:size]
    return {
        "instances": [answers.instance_row(instance) for instance in page],
        "pagination": {"has_more": more, "next_cursor": page[-1].id if more else None},
    }


def show(call: Call) -> Answer:
    instance = owned(call)
    return Answer(answers.instance(instance, _happened(call, instance), call.account.variants))


def _happened(call: Call, instance: Instance) -> Iterable[Event]:
    return call.account.journal.of_instance(instance.id)


def resume(call: Call) -> Steps[Answer]:
    instance = yield from _resume(call, None)
    return Answer(answers.resumed(instance, _happened(call, instance), call.account.variants))


def resume_thread(call: Call) -> Steps[Answer]:
    instance = yield from _resume(call, call.params["thread_id"])
    return Answer(answers.thread_resumed(instance, call.account.variants))


def _resume(call: Call, thread_id: str | None) -> Steps[Instance]:
    input_ = _input(call)
    instance = owned(call)
    selected = call.body.get("selected_option")
    yield from instances.resume(call.account, instance.id, input_, call.cause, thread_id, selected)
    call.changed = instance.id
    _raise_failure(instance)
    return instance


def cancel(call: Call) -> Steps[Answer]:
    instance = yield from instances.cancel(call.account, owned(call).id)
    return Answer(answers.cancelled(instance))


def threads(call: Call) -> Answer:
    return Answer({"threads": answers.thread_rows(owned(call), call.account.variants)})


def owned(call: Call) -> Instance:
    """ "Tokens can only access instances in namespaces they own"."""
    instance = instances.get(call.account, call.params["instance_id"])
    call.require_namespace(instance.namespace)
    return instance


def _raise_failure(instance: Instance) -> None:
    error = instances.failure(instance)
    if error is not None:
        raise error
