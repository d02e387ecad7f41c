"""Time: where it stands, what is due, what has fired, and moving it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from interactor_emulator.account.account import Account
from interactor_emulator.clock import LAST_MS, Due, timestamp
from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError
from interactor_emulator.limits import DAY, HOUR, MINUTE
from interactor_emulator.services import due
from interactor_emulator.state.ledger import Entry
from interactor_emulator.web.call import instant
from interactor_emulator.web.dashboard.visit import HOME, Answer, GoTo, Page, Visit

from .paging import number, paged
from .timeline import Point, drawn

_MOST = 200
_FIRED = 50
_SPANS = {
    "minute": ("+1 min", MINUTE),
    "hour": ("+1 h", HOUR),
    "day": ("+1 day", DAY),
    "week": ("+7 days", 7 * DAY),
    "month": ("+30 days", 30 * DAY),
    "quarter": ("+90 days", 90 * DAY),
}
KINDS: Mapping[str, str] = {
    "instance_ttl": "an instance's time to live ends",
    "http_retry": "HTTP logic is tried again",
    "background_state": "an instance goes on to its next state",
    "file_retention": "files are forgotten",
    "person_answers": "a person answers, as prepared",
    "webhook_attempt": "a webhook is tried again",
    "webhook_minute": "the next minute of webhooks begins",
}
"""What each kind of thing that falls due is, in words."""


def show(visit: Visit) -> Answer:
    """What falls due, in order, as a list and as a line; what has fired; what the last move has fired."""
    account = visit.account
    queue = account.clock.soonest(_MOST)
    since = visit.query.get("since", "")
    moved = number(since, 0) if since else account.ledger.count
    fired = max(0, account.ledger.count - moved)
    rows = together(queue)
    points = [
        Point((each.at_ms - account.clock.now_ms) / 1000, each.kind, f"#due-{place}", len(each.subjects))
        for place, each in enumerate(rows, 1)
    ]
    values = {
        "queue": rows,
        "most": _MOST if len(queue) == _MOST else None,
        "ends": LAST_MS,
        "line": drawn(points, KINDS) if queue else None,
        "words": KINDS,
        "spans": [(name, words) for name, (words, _) in _SPANS.items()],
        "subject_link": lambda subject: subject_link(visit, subject),
        "moved": bool(since),
        "fired": fired,
        "just_fired": together(account.ledger.latest(fired))[:_FIRED],
        "ledger": paged(visit, "time", together(account.ledger.latest()), _FIRED),
    }
    return Page("time.html", "Time", values)


@dataclass(frozen=True, slots=True)
class Row:
    """What falls due, or has fired, at one instant, of one kind."""

    at_ms: int
    kind: str
    subjects: list[str]


def together(found: Iterable[Due | Entry]) -> list[Row]:
    """What stands next to each other, and is of one instant and kind, is one row."""
    grouped = groupby(found, key=lambda each: (each.at_ms, each.kind))
    return [Row(at_ms, kind, [each.subject for each in rows]) for (at_ms, kind), rows in grouped]


def subject_link(visit: Visit, subject: str) -> str:
    """The page of what something happens to; empty where it has none."""
    if subject.startswith("inst_"):
        return visit.link(f"instances/{subject}")
    if subject.startswith("del_"):
        return visit.link(f"webhooks/deliveries/{subject}")
    return visit.link("webhooks/deliveries", subscription=subject) if subject.startswith("whsub_") else ""


def act(visit: Visit) -> Steps[Answer]:
    """Freeze, let run, or move on: `move` names how far, `to` or `to_ms` an instant."""
    account, move = visit.account, visit.form.get("move", "")
    before = account.ledger.count
    if move == "freeze":
        due.freeze(account)
    elif move == "run":
        due.unfreeze(account)
    elif move == "next":
        yield from due.advance_to_next(account)
    else:
        yield from _advance(account, _wanted_ms(visit, move))
    return GoTo(_back(visit, before, moved=move not in ("freeze", "run")))


def _wanted_ms(visit: Visit, move: str) -> int:
    now_ms, to_ms = visit.account.clock.now_ms, visit.form.get("to_ms", "")
    if move in _SPANS:
        return now_ms + _SPANS[move][1] * 1000
    if to_ms.isascii() and to_ms.isdigit():
        return max(now_ms, int(to_ms[:16]))  # a running clock may have passed what somebody saw as due
    return instant("to", visit.form.get("to", "").strip())


def _advance(account: Account, to_ms: int) -> Steps[None]:
    try:
        yield from due.advance(account, to_ms)
    except ValueError as error:
        raise ValidationError(("to", f"{error}: it is {timestamp(account.clock.now_ms)}")) from None


def _back(visit: Visit, before: int, *, moved: bool) -> str:
    """Where the form was: an address of ours, or this page, with what the move has fired."""
    url = visit.form.get("back", "")
    here = visit.link("time")
    if not url.startswith(HOME) or url.partition("?")[0] == here.partition("?")[0] or not url.isprintable():
        return visit.link("time", since=before) if moved else here
    return url
