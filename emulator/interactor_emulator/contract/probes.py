"""A probe for each variant: what is asked, and which value the answer tells."""

import re
from collections.abc import Callable, Mapping

from interactor_emulator.clock import pause
from interactor_emulator.variants import VARIANTS

from .probing import MESSAGE, Probing, Untold

_FORM = {"type": "form", "fields": [{"name": "ok", "type": "boolean", "label": "OK?", "required": True}]}
_TTL_SECONDS = 91 * 24 * 3600
_CREATED, _CANCELLED = "workflow.instance.created", "workflow.instance.cancelled"
_TIMEOUT_SECONDS = 1
_RETRY_SECONDS = 31
_STRAY_SECONDS = 5


def _user_key(probe: Probing) -> str:
    """Whose an instance is, said in every way at once: the answer has the one that was heard."""
    workflow = probe.published({"ask": {"type": "halting", "transitions": [{"target": "end"}]}})
    made = probe.data(probe.start(workflow, dict.fromkeys(VARIANTS["user_key"], probe.namespace)))
    return _only([name for name in VARIANTS["user_key"] if made.get(name) == probe.namespace], "no member names it")


def _lists(probe: Probing) -> str:
    """Whether the list of workflows is an array under `data`."""
    return "bare" if isinstance(probe.data(probe.ask("GET", "/workflows")), list) else "wrapped"


def _validation_status(probe: Probing) -> str:
    """An input that is a number, and the status of its refusal."""
    workflow = probe.published({"ask": {"type": "halting", "transitions": [{"target": "end"}]}})
    answer = probe.start(workflow, {"input": 5})
    if not probe.refused(answer, "validation_error"):
        raise Untold("an input that is a number was taken")
    return str(answer.status_code)


def _answers(probe: Probing) -> str:
    """Whether what a create answers has a `history`."""
    workflow = probe.published(
        {"ask": {"type": "halting", "presentation": MESSAGE, "transitions": [{"target": "end"}]}}
    )
    return "whole" if "history" in probe.data(probe.start(workflow)) else "short"


def _history_bounds(probe: Probing) -> str:
    """The history after its first event's own timestamp: whether that event is in it."""
    path = f"{probe.halted()}/history"
    first = probe.data(probe.ask("GET", path))["events"][0]["timestamp"]
    after = probe.data(probe.ask("GET", f"{path}?since={first}"))["events"]
    return "inclusive" if any(each["timestamp"] == first for each in after) else "exclusive"


def _idempotent_refusals(probe: Probing) -> str:
    """A refused answer, and one that fits under the same key: what the second is answered."""
    path, key = f"{probe.halted(condition=_OK)}/resume", f"refused_{probe.tag}"
    refused = probe.ask("POST", path, {"input": {"ok": False}}, idempotency_key=key)
    if not probe.refused(refused, "invalid_transition"):
        raise Untold("an answer that fits no transition was taken")
    again = probe.ask("POST", path, {"input": {"ok": True}}, idempotency_key=key)
    # Kept, it answers for another body too: with itself, or with a conflict.
    return "kept" if probe.refused(again, "invalid_transition", "idempotency_conflict") else "forgotten"


def _idempotent_other_body(probe: Probing) -> str:
    """Two creates under one key with other input: whether the second is a conflict."""
    workflow = probe.published({"ask": {"type": "halting", "transitions": [{"target": "end"}]}})
    for number in (1, 2):
        answer = probe.start(workflow, {"input": {"number": number}}, idempotency_key=f"other_{probe.tag}")
    return "conflict" if probe.refused(answer, "idempotency_conflict") else "original"


def _thread_rows(probe: Probing) -> str:
    """Whether the row of a halted thread shows its presentation."""
    rows = probe.rows(probe.ask("GET", f"{probe.halted()}/threads"), "threads")
    return "whole" if "halting_presentation" in rows[0] else "short"


def _thread_ends(probe: Probing) -> str:
    """The status of the thread of a cancelled instance."""
    path = probe.halted()
    probe.data(probe.ask("POST", f"{path}/cancel"))
    status = probe.rows(probe.ask("GET", f"{path}/threads"), "threads")[0]["status"]
    return {"completed": "completed", "cancelled": "named"}.get(status, str(status))


def _form_answers(probe: Probing) -> str:
    """A text for a required boolean of a form: whether it is refused."""
    answer = probe.ask("POST", f"{probe.halted(_FORM)}/resume", {"input": {"ok": "perhaps"}})
    return "checked" if probe.refused(answer, "validation_error") else "taken"


def _ttl_event(probe: Probing) -> str:
    """Two instances, of which one reaches its end by itself: whose end is told first?"""
    probe.subscribed("/ttl", _CANCELLED)
    waiting = probe.halted()
    probe.advance(_TTL_SECONDS)
    cancelled = probe.halted()
    probe.data(probe.ask("POST", f"{cancelled}/cancel"))
    return "cancelled" if waiting.rpartition("/")[2].encode() in probe.received("/ttl").body else "none"


def _array_contains(probe: Probing) -> str:
    """A condition that looks for an element of an array: where the instance goes."""
    condition = {"field": "tags", "operator": "contains", "value": "a"}
    script = {"type": "script", "code": "return {tags: ['a']};"}
    ways = [{"target": "end", "condition": condition}, {"target": "other"}]
    workflow = probe.published(
        {"first": {"type": "action", "logic": script, "transitions": ways}, "other": {"type": "terminal"}}
    )
    state = probe.data(probe.start(workflow))["current_state"]
    return {"end": "true", "other": "false"}.get(state, str(state))


def _on_enter(probe: Probing) -> str:
    """Between two calls of action states there is one of `on_enter`, or none."""
    states = {
        "before": {"type": "action", "logic": _call(probe, "/before"), "transitions": [{"target": "ask"}]},
        "ask": {"type": "halting", "on_enter": _call(probe, "/enter"), "transitions": [{"target": "after"}]},
        "after": {"type": "action", "logic": _call(probe, "/after"), "transitions": [{"target": "end"}]},
    }
    made = probe.data(probe.start(probe.published(states)))
    probe.data(probe.ask("POST", f"/workflows/instances/{made['id']}/resume", {}))
    probe.received("/before")
    return "available" if probe.received("/enter", "/after").path == "/enter" else "ignored"


def _http_timeout(probe: Probing) -> str:
    """A call with a time-out of one second, answered after two (`--slow`, where no stub can be set)."""
    logic = {**_call(probe, "/slow"), "timeout": _TIMEOUT_SECONDS * 1000}
    if probe.control:
        stub = {"url": logic["url"], "respond": {"json": {}, "delay_seconds": _TIMEOUT_SECONDS * 2}}
        probe.ask("POST", "/_emulator/stubs", stub).raise_for_status()
    elif probe.slow:
        probe.listening().delay("/slow", _TIMEOUT_SECONDS * 2)
    else:
        raise Untold("takes two seconds of wall time: --slow")
    workflow = probe.published({"call": {"type": "action", "logic": logic, "transitions": [{"target": "end"}]}})
    return "available" if probe.refused(probe.start(workflow), "http_timeout") else "ignored"


def _http_retry(probe: Probing) -> str:
    """A first try that fails leaves the instance running, or is the last one."""
    logic = {**_call(probe, "/busy"), "retry": {"attempts": 2, "backoff": "linear"}}
    probe.listening().answer("/busy", 503)
    workflow = probe.published({"call": {"type": "action", "logic": logic, "transitions": [{"target": "end"}]}})
    if not probe.refused(probe.start(workflow), "http_error"):
        return "available"
    probe.received("/busy")
    return "ignored" if probe.listening().take(0) is None else "available"


def _webhook_refusals(probe: Probing) -> str:
    """One that is refused beside one that fails, which is tried again anyhow (`--slow` without a clock to move)."""
    probe.subscribed("/refused", _CREATED, status=401)
    probe.subscribed("/failed", _CREATED, status=500)
    probe.halted()
    first = probe.received("/refused", "/failed").path
    probe.received(*{"/refused", "/failed"} - {first})
    if probe.control:
        probe.advance(_RETRY_SECONDS)
    elif probe.slow:
        pause(_RETRY_SECONDS)
    else:
        raise Untold("takes half a minute of wall time: --slow")
    again = {probe.received("/refused", "/failed").path}
    # What an emulator has settled has reached us already.
    while (more := probe.listening().take(0 if probe.control else _STRAY_SECONDS)) is not None:
        again.add(more.path)
    if "/failed" not in again:
        raise Untold("no delivery was tried a second time")
    return "retried" if "/refused" in again else "final"


def _webhook_signature(probe: Probing) -> str:
    """The signature of a delivery, with `sha256=` or without."""
    probe.subscribed("/signed", _CREATED)
    probe.halted()
    headers = {name.lower(): value for name, value in probe.received("/signed").headers.items()}
    signature = headers.get("x-interactor-signature", "")
    found = re.fullmatch(r"(sha256=)?[0-9a-f]{64}", signature)
    if found is None:
        raise Untold(f"the signature is {signature[:80]!r}")
    return "prefixed" if found[1] else "bare"


def _refresh_tokens(probe: Probing) -> str:
    """Whether client credentials are given a refresh token."""
    account = probe.account
    grant = {"grant_type": "client_credentials", "client_id": account.client_id, "client_secret": account.client_secret}
    issued = probe.ask("POST", "/oauth/token", grant).json()
    if "access_token" not in issued:
        raise Untold("no token was issued")
    return "all" if "refresh_token" in issued else "users"


PROBES: Mapping[str, Callable[[Probing], str]] = {
    # First what every other probe reads its answers by.
    "user_key": _user_key,
    "lists": _lists,
    "validation_status": _validation_status,
    "answers": _answers,
    "history_bounds": _history_bounds,
    "idempotent_refusals": _idempotent_refusals,
    "idempotent_other_body": _idempotent_other_body,
    "thread_rows": _thread_rows,
    "thread_ends": _thread_ends,
    "form_answers": _form_answers,
    "array_contains": _array_contains,
    "refresh_tokens": _refresh_tokens,
    "webhook_signature": _webhook_signature,
    "on_enter": _on_enter,
    "http_timeout": _http_timeout,
    "http_retry": _http_retry,
    "webhook_refusals": _webhook_refusals,
    "ttl_event": _ttl_event,
}

_OK = {"field": "ok", "operator": "equals", "value": True}


def _call(probe: Probing, path: str) -> dict[str, object]:
    return {"type": "http", "method": "POST", "url": probe.listening().url + path}


def _only(found: list[str], otherwise: str) -> str:
    if len(found) != 1:
        raise Untold(otherwise if not found else f"{' and '.join(found)} do")
    return found[0]
