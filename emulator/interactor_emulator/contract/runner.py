"""Plays all exchanges against a server, and judges every rule by what it saw."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter

from interactor_emulator.nearest import nearest

from . import everywhere
from .exchanges import Exchange, Rule, all_rules
from .playing import Played, Player
from .receiver import Receiver
from .report import Judged, Report
from .service import Account, Service

_UNMET = {
    "control": "needs the emulator's /_emulator (stubs, a moved clock, other limits)",
    "receiver": "needs a place where the server can reach this machine: --receiver PUBLIC_URL",
}


def needed_rules(only: Iterable[str]) -> list[Rule]:
    """The rules that are to be judged: all, or those named. Raises ValueError for a name that no rule has."""
    known, names = all_rules(), list(only)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise ValueError(f"unknown rule {name!r}; {f'did you mean {near}?' if near else 'FIDELITY.md has them'}")
    return [rule for rule in known.values() if not names or rule.id in names]


def unmet(exchange: Exchange, *, control: bool, receiver: bool) -> str:
    """Why it cannot be played here; empty where it can."""
    there = {"control": control, "receiver": receiver}
    return next((_UNMET[need] for need in sorted(exchange.needs) if not there[need]), "")


def run(
    service: Service,
    exchanges: Sequence[Exchange],
    rules: Sequence[Rule],
    account: Account | None,
    receiver: Receiver | None,
    told: Callable[[str, int, int], None] = lambda _name, _number, _count: None,
) -> tuple[Report, Player]:
    """Play them in their order and judge the rules. Each is played in an emulator's account of its own where `account`
    is None, else in that account. `told` hears which exchange is next, its number, and how many there are."""
    began, player = perf_counter(), Player(service, receiver)
    judged, known = {rule.id: Judged(rule) for rule in rules}, all_rules()
    for number, exchange in enumerate(exchanges, start=1):
        told(exchange.name, number, len(exchanges))
        if why := unmet(exchange, control=account is None, receiver=receiver is not None):
            _excuse(judged, exchange.rules, why)
            continue
        # Played to its end, whatever differs on the way: it may be that all else is right.
        for step in _played(player, service, exchange, account):
            _judge(judged, known, step)
    for rule in rules:
        _excuse(judged, [rule.id], rule.unshown)
    return Report(service.core_url, tuple(judged.values()), len(player.rows), perf_counter() - began), player


def _played(player: Player, service: Service, exchange: Exchange, account: Account | None) -> Iterable[Played]:
    if account is not None:
        return list(player.play(exchange, account))
    own = service.account_of_its_own(exchange.settings)
    try:
        return list(player.play(exchange, own))
    finally:
        service.remove(own.name)


def _judge(judged: dict[str, Judged], known: Mapping[str, Rule], step: Played) -> None:
    if step.unreached:
        _excuse(judged, step.rules, f"{step.exchange}, step {step.step} was not reached: {step.unreached}")
        return
    differing = {rule for rule, _ in step.found}
    for rule, difference in step.found:
        # Also one that nobody asked about: what builds upon it could not be seen.
        if rule in known:
            judged.setdefault(rule, Judged(known[rule])).places.append(
                f"{step.exchange}, step {step.step}, {step.title}: {difference}"
            )
    blamed = step.rules[:1]
    shown = step.rules if not differing.intersection(blamed) else blamed
    for rule in (*shown, *(() if not step.rules else everywhere.SHOWN)):
        if rule in judged:
            judged[rule].steps += 1


def _excuse(judged: dict[str, Judged], rules: Iterable[str], why: str) -> None:
    for rule in rules:
        if rule in judged and not judged[rule].why:
            judged[rule].why = why
