"""Time: where it stands, what is due, and moving it."""

from datetime import UTC, datetime

from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError
from interactor_emulator.services import due
from interactor_emulator.web.dashboard.visit import HOME, Answer, GoTo, Page, Visit

_MOST = 200
_SPANS = {"hour": 3_600_000, "day": 86_400_000}


def show(visit: Visit) -> Answer:
    """What falls due, in order."""
    return Page("time.html", "Time", {"queue": visit.account.clock.soonest(_MOST)})


def act(visit: Visit) -> Steps[Answer]:
    """Freeze, let run, or move on: `move` names how far, `to` an instant."""
    account, move = visit.account, visit.form.get("move", "")
    if move == "freeze":
        due.freeze(account)
    elif move == "run":
        due.unfreeze(account)
    elif move == "next":
        yield from due.advance_to_next(account)
    elif move in _SPANS:
        yield from due.advance(account, account.clock.now_ms + _SPANS[move])
    elif visit.form.get("to_ms", "").isdigit():
        yield from due.advance(account, int(visit.form["to_ms"][:15]))
    else:
        yield from due.advance(account, _instant_ms(visit.form.get("to", "")))
    return GoTo(back(visit))


def back(visit: Visit) -> str:
    """Where the form was: an address of ours, or the overview."""
    url = visit.form.get("back", "")
    return url if url.startswith(HOME) else visit.link("")


def _instant_ms(text: str) -> int:
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise ValidationError(("to", f"'{text[:50]}' is no instant like 2026-04-20T12:00")) from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
