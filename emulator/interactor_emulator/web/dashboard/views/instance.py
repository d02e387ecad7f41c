"""One instance: what it waits for, what was so at any moment of it, how it came to be so, and what a person does."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from interactor_emulator.account.account import Account
from interactor_emulator.effects import Steps
from interactor_emulator.errors import (
    ConcurrentModification,
    InteractorError,
    InvalidTransition,
    ThreadNotFound,
    ValidationError,
)
from interactor_emulator.jsontext import Json, NotJson, decode
from interactor_emulator.projections.calls import by_event, sent_for
from interactor_emulator.projections.explain import Decision
from interactor_emulator.redaction import redact
from interactor_emulator.services import execution, files, instances, pictures
from interactor_emulator.state.events import Event, Halted, RetryScheduled
from interactor_emulator.state.instance import Instance
from interactor_emulator.tracing import Cause
from interactor_emulator.web.dashboard.instance.folding import folded
from interactor_emulator.web.dashboard.instance.lanes import MOST as SHOWN
from interactor_emulator.web.dashboard.instance.lanes import timeline
from interactor_emulator.web.dashboard.instance.moments import Moment, moment
from interactor_emulator.web.dashboard.instance.story import MOST, story, words
from interactor_emulator.web.dashboard.instance.waiting import Refused, Wait, answer, file_fields, wait
from interactor_emulator.web.dashboard.views.copy import KINDS
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit

_PERSONS = ("1", "2")
# Events that the page tells of in words: those of the line of time, at least.
_TOLD = max(MOST, SHOWN)


def show(visit: Visit) -> Steps[Answer]:
    """The page, now or at the moment that `at` names."""
    return (yield from _page(visit, None))


def _page(visit: Visit, refused: Refused | None) -> Steps[Answer]:
    account, instance = visit.account, instances.get(visit.account, visit.params["instance_id"])
    happened = account.journal.of_instance(instance.id)
    then = moment(instance, happened, visit.query.get("at", ""), visit.query.get("step", ""))
    picture = yield from _picture(instance, then)
    happened = list(happened[: then.count])
    records = sent_for(account.caller.records, happened)
    secrets = account.secrets.ever
    told = [*happened[-_TOLD:], *happened[max(0, then.index - 1) : then.index + 2]]
    said = {event.id: redact(words(event), secrets) for event in told}
    several = visit.query.get("people") == "2"
    status = 200 if refused is None else refused.error.status
    return Page(
        "instance.html",
        f"Instance {instance.id}",
        {
            "instance": instance,
            "failure": redact(_failure(instance), secrets),
            "then": then,
            "happened": happened,
            "said": said,
            "data": folded(redact(dict(then.instance.data), secrets), redact(then.changed, secrets)),
            "picture": picture,
            "line": timeline(instance, happened, by_event(records, happened), then.index, said),
            "story": story(account, instance, happened, records, then.index + 1)[::-1],
            "most": MOST,
            "folded": folded,
            "copies": [(name, kind.words) for name, kind in KINDS.items()],
            "people": [(each, _waits(account, instance, each, refused)) for each in (_PERSONS if several else ("1",))],
            "pending": redact(_pending(account, instance), secrets),
            "background": instance.id in account.background,
            "several": several,
            "refused": refused is not None,
            "here": lambda **query: visit.link(
                f"instances/{instance.id}", **{"people": visit.query.get("people", ""), **query}
            ),
            "ends": None if instance.ttl is None else instance.ttl.at_ms,
        },
        status,
    )


def _failure(instance: Instance) -> Mapping[str, object] | None:
    failed = instance.failure
    if failed is None:
        return None
    return {"code": failed.error_code, "message": failed.message, "details": dict(failed.details)}


def _pending(account: Account, instance: Instance) -> list[tuple[str, int | None]]:
    """What it waits for beside people, each with the instant at which that is over: another try, other threads."""
    found: list[tuple[str, int | None]] = [
        (f"Try {each.attempt} of the call in {each.state} waits, since {each.message}", _again_ms(each))
        for each in account.retries.values()
        if each.instance_id == instance.id
    ]
    for thread in instance.threads.values():
        if thread.joining:
            others = [each.id for each in instance.forked_by(thread) if each.active]
            found.append((f"{thread.id} waits at the join {thread.state} for {', '.join(others)}", None))
    return found


def _again_ms(retry: RetryScheduled) -> int:
    return retry.at_ms + retry.delay_seconds * 1000


def _picture(instance: Instance, then: Moment) -> Steps[Markup | str]:
    """The picture with the path until then; a definition that is too large has none."""
    try:
        drawn = yield from pictures.inline(instance.definition, then.walk)
    except ValidationError as error:
        return error.message
    return Markup(drawn)


# ---- what it waits for


def _waits(account: Account, instance: Instance, person: str, refused: Refused | None) -> list[Wait]:
    """What each halted thread shows to a person; whose answer was refused sees the form that it was given to."""
    of_person = refused if refused is not None and refused.person == person else None
    kept = {file.id: file for file in account.store.files_of(instance.id)}
    found = []
    for number, thread in enumerate(instance.threads.values(), 1):
        halt = thread.halted
        if of_person is not None and of_person.halt.thread_id == thread.id:
            over = halt is None or halt.id != of_person.halt.id
            found.append(wait(person, number, of_person.halt, kept, of_person, over=over))
        elif halt is not None:
            found.append(wait(person, number, halt, kept))
    return found


def act(visit: Visit) -> Steps[Answer]:
    """What a form of the page does: `do` names it. Raises ValidationError."""
    do = _ACTS.get(visit.form.get("do", ""))
    if do is None:
        raise ValidationError(("do", "The form does not say what it is to do: load the page again"))
    instances.get(visit.account, visit.params["instance_id"])
    return (yield from do(visit))


def _back(visit: Visit) -> GoTo:
    people = visit.query.get("people", "")
    return GoTo(visit.link(f"instances/{visit.params['instance_id']}", people=people))


def _cancel(visit: Visit) -> Steps[Answer]:
    yield from instances.cancel(visit.account, visit.params["instance_id"])
    return _back(visit)


def _go_on(visit: Visit) -> Steps[Answer]:
    yield from execution.go_on_after_look(visit.account, visit.params["instance_id"])
    return _back(visit)


def _answer(visit: Visit) -> Steps[Answer]:
    """A person answers what was shown to them. What was typed is shown again where the answer is refused."""
    account, instance = visit.account, instances.get(visit.account, visit.params["instance_id"])
    halt = _halt(account.journal.of_instance(instance.id), visit.form.get("halt", ""))
    typed = dict(visit.form)
    try:
        given = _given(visit, instance, halt, typed)
        _check_shown(visit, instance, halt)
        thread_id = halt.thread_id if instance.forked else None
        yield from instances.resume(account, instance.id, given, _cause(account), thread_id)
    except InteractorError as error:
        decision = _reason(account, instance, halt) if isinstance(error, InvalidTransition) else None
        person = visit.form.get("person", "1")
        return (yield from _page(visit, Refused(person, halt, typed, error, decision)))
    return _back(visit)


def _halt(happened: Sequence[Event], halt_id: str) -> Halted:
    found = next((event for event in happened if event.id == halt_id and isinstance(event, Halted)), None)
    if found is None:
        raise ValidationError(("halt", "The form is of another run of the server, or was reset: load the page again"))
    return found


def _given(visit: Visit, instance: Instance, halt: Halted, typed: dict[str, str]) -> Mapping[str, Json]:
    """What the API would be sent, the files of the form being uploaded first."""
    if "as_json" in visit.form:
        return _object(visit.form.get("json", ""), visit.account)
    for name, field in file_fields(halt).items():
        sent = visit.files.get(name)
        if sent is not None and sent.filename:
            upload = files.Upload(field, sent.filename, sent.content_type, sent.content)
            typed[name] = files.add(visit.account, instance.id, upload).id
        else:
            typed[name] = typed.get(f"{name}-kept", "")
    return answer(halt, typed)


def _object(text: str, account: Account) -> Mapping[str, Json]:
    try:
        value = decode(text.encode("utf-8", "surrogatepass"), account.limits.json_depth)
    except NotJson as error:
        raise ValidationError(("input", f"The answer is no JSON: {error}")) from None
    if not isinstance(value, dict):
        raise ValidationError(("input", 'The answer must be a JSON object, as in {"approved": true}'))
    return value


def _check_shown(visit: Visit, instance: Instance, halt: Halted) -> None:
    """An answer is for what the person has seen. A client of the API does not say what it has seen: who tries two
    people at once wants that, and is not asked."""
    thread = instance.threads.get(halt.thread_id)
    if thread is None:
        raise ThreadNotFound(halt.thread_id)
    if visit.query.get("people") != "2" and thread.halted is not None and thread.halted.id != halt.id:
        raise ConcurrentModification(thread.state, halt.state)


def _cause(account: Account) -> Cause:
    """As a call of the API has it: the account's first client, and a request id of its own."""
    return Cause(next(iter(account.clients), "dashboard"), account.ids.request(account.clock.now_ms))


def _reason(account: Account, instance: Instance, halt: Halted) -> Decision | None:
    made = [each for each in instances.explain(account, instance.id, 2_000) if each.thread_id == halt.thread_id]
    return made[-1] if made and made[-1].taken is None else None


_ACTS: Mapping[str, Callable[[Visit], Steps[Answer]]] = {
    "answer": _answer,
    "cancel": _cancel,
    "go_on": _go_on,
}
