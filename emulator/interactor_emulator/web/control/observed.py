"""What can be seen: health, diagnostics, explanations, pictures, metrics, files, the description."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from interactor_emulator import bounds
from interactor_emulator.effects import Steps, Walk
from interactor_emulator.errors import RateLimited, ValidationError
from interactor_emulator.projections.explain import explanation
from interactor_emulator.services import instances
from interactor_emulator.wire import answers, seen

from .call import Command, Done

if TYPE_CHECKING:
    from interactor_emulator.services.pictures import Format
    from interactor_emulator.web.follower import Following


def health(_command: Command) -> Done:
    return Done({"status": "ok"})


def show_files(command: Command) -> Done:
    instance = instances.get(command.account, command.params["instance_id"])
    return Done({"files": [answers.file(file) for file in command.account.store.files_of(instance.id)]})


def show_diagnostics(command: Command) -> Done:
    return Done({"diagnostics": [seen.diagnostic(event) for event in command.account.journal.notices]})


# When another follower will leave nobody knows.
_RETRY_SECONDS = 30


def follow(command: Command) -> "Following":
    """All that happens from now on, or after the happening that `Last-Event-ID` names; `from=start` begins with the
    oldest that is kept."""
    from interactor_emulator.web.follower import Following  # late: nobody may follow

    kept, seen = command.account.happenings, command.sent.get(b"last-event-id", b"").decode("latin-1")
    if kept.followers >= bounds.FOLLOWERS.most:
        raise RateLimited(_RETRY_SECONDS)
    place: int | None = kept.first if "from" in command.query else kept.count
    return Following(command.account, kept.place_of(seen) if seen else place)


def explain(command: Command) -> Done:
    instance = instances.get(command.account, command.params["instance_id"])
    found = instances.explain(command.account, instance.id, bounds.EXPLAINED.most)
    decisions = [seen.decision(each) for each in found]
    return Done({"instance_id": instance.id, "text": explanation(found, instance.failure), "decisions": decisions})


def draw_workflow(command: Command) -> Steps[Done]:
    from interactor_emulator.services import pictures  # late: no server waits for what few ask for

    name, query = command.params["name"], command.query
    picture = yield from pictures.of_workflow(command.account, name, _format(query), query.get("version_id"))
    return _drawn(query, picture)


def draw_instance(command: Command) -> Steps[Done]:
    from interactor_emulator.services import pictures

    picture = yield from pictures.of_instance(command.account, command.params["instance_id"], _format(command.query))
    return _drawn(command.query, picture)


_FORMATS = ("svg", "mermaid", "dot")


def _format(query: Mapping[str, str]) -> "Format":
    name = query.get("format", "svg")
    if name not in _FORMATS:
        raise ValidationError(("format", f"format must be one of {', '.join(_FORMATS)}"))
    return cast("Format", name)


def _drawn(query: Mapping[str, str], picture: str) -> Done:
    svg = _format(query) == "svg"
    return Done(picture, content_type="image/svg+xml; charset=utf-8" if svg else "text/plain; charset=utf-8")


def show_metrics(command: Command) -> Done:
    return Done(command.account.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def show_coverage(command: Command) -> Steps[Done]:
    """Which states, transitions and outcomes of conditions the account's instances took. What happens meanwhile may be
    counted or not."""
    from interactor_emulator.projections.coverage import Coverage  # late: few ask
    from interactor_emulator.services.coverage import add_account

    coverage = Coverage()

    def covered() -> Mapping[str, object]:
        add_account(coverage, command.account)
        return coverage.to_json()

    return Done((yield from Walk(covered).perform()))
