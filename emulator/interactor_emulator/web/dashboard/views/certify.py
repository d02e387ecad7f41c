"""Certifying a receiver: good and hostile deliveries, how far they are, and the report."""

from interactor_emulator.errors import NotFound, ValidationError
from interactor_emulator.web.dashboard.visit import Answer, GoTo, Page, Visit
from interactor_emulator.webhooks.certifying import Trial

from .paging import number


def show(visit: Visit) -> Answer:
    """The form, and what was tried before."""
    urls = dict.fromkeys(each.url for each in visit.account.outbox.subscriptions.values())
    return Page("certify.html", "Certify a receiver", {"trials": list(visit.account.trials), "urls": list(urls)})


def start(visit: Visit) -> Answer:
    """Begin; it goes on by itself."""
    secret, url = visit.form.get("secret", "").strip(), visit.form.get("url", "").strip()
    if not secret:
        raise ValidationError(("secret", "Give the secret that the receiver verifies with"))
    try:
        trial = visit.account.trials.start(url, secret)
    except ValueError as error:
        raise ValidationError(("url", str(error))) from None
    return GoTo(visit.link(f"webhooks/certify/{trial.number}"))


def one(visit: Visit) -> Answer:
    """How far it is, and the report at its end."""
    trial = _trial(visit)
    return Page("certified.html", "Certified: what the receiver does", {"trial": trial})


def _trial(visit: Visit) -> Trial:
    found = visit.account.trials.get(number(visit.params["number"], 0))
    if found is None:
        raise NotFound("There is no such trial: the latest ones are kept, until a reset. Certify the receiver again")
    return found
