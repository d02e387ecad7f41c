"""What an account is made with. A reset goes back to this, whatever has happened since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal, TypeVar, cast, get_args

from interactor_emulator.adapters.http.egress import Target
from interactor_emulator.limits import LIMITS, Limits
from interactor_emulator.nearest import nearest
from interactor_emulator.variants import Variants

from .tokens import DEFAULT_CLIENT, Client, Clients, texts_from

Value = TypeVar("Value")

Execution = Literal["inline", "background"]
Timestamps = Literal["wall", "virtual"]

KEEPABLE = ("workflows", "clients", "secrets", "stubs")
"""What a reset can leave as it is."""

# Shorter words, "per" say, stand in names of any meaning.
_WORD_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """`now_ms` is None for the wall clock's time, `seed` None for one nobody knows.

    `allow_egress` are host names; with `loopback_egress` addresses of this machine are allowed too. `execution` says
    whether a create or resume answers at its rest or at once (`services/execution.py`). Webhook headers and tokens are
    dated by the wall clock or by the account's own, `virtual`.
    """

    name: str = "default"
    seed: int | None = None
    now_ms: int | None = None
    frozen: bool = False
    limits: Limits = field(default_factory=Limits)
    rate_limits: bool = False
    execution: Execution = "inline"
    secrets: Mapping[str, str] = field(default_factory=dict)
    routes: Mapping[str, Target] = field(default_factory=dict)
    allow_egress: Iterable[str] = ()
    loopback_egress: bool = False
    webhook_timestamps: Timestamps = "wall"
    token_timestamps: Timestamps = "virtual"
    clients: tuple[Client, ...] = (DEFAULT_CLIENT,)
    variants: Variants = field(default_factory=Variants)


def execution_from(execution: str) -> Execution:
    """The mode of that name; raises ValueError for any other."""
    if execution not in get_args(Execution):
        raise ValueError(f"execution is inline or background, not {execution!r}")
    return cast(Execution, execution)


def seed_from(seed: int | None) -> int | None:
    """A whole number, or None; raises ValueError for anything else."""
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise ValueError(f"seed is a whole number, not {seed!r}")
    return seed


def flag_from(name: str, flag: bool) -> bool:
    """True or False, for the setting `name`; raises ValueError for anything else: `"no"` is no False."""
    if not isinstance(flag, bool):
        raise ValueError(f"{name} is True or False, not {flag!r}")
    return flag


def hosts_from(name: str, hosts: Iterable[str] | str) -> tuple[str, ...]:
    """Names of hosts, for the setting `name`; raises ValueError for what is none: a URL, or a host with its port."""
    found = texts_from(name, hosts)
    for host in found:
        if not host or "/" in host or host.count(":") == 1:
            raise ValueError(f"{name}: each is the name of a host, like api.example.com, not {host!r}")
    return found


def mapping_from(name: str, given: Mapping[str, Value] | None) -> Mapping[str, Value]:
    """What the setting `name` says by name, nothing for None; raises ValueError for what says nothing by name."""
    if not isinstance(given, Mapping | None):
        raise ValueError(f"{name} are given by name, as a dict, not as {type(given).__name__}")
    return given or {}


def clients_from(clients: Iterable[Client] | Client) -> tuple[Client, ...]:
    """The default client and these; raises ValueError for what is no client."""
    given = (clients,) if isinstance(clients, Client | str) else clients
    return (DEFAULT_CLIENT, *Clients({getattr(each, "client_id", ""): each for each in given}).values())


def timestamps_from(name: str, clock: str) -> Timestamps:
    """The clock of that name, for the setting `name`; raises ValueError for any other."""
    if clock not in get_args(Timestamps):
        raise ValueError(f"{name} is wall or virtual, not {clock!r}")
    return cast(Timestamps, clock)


def limits_from(changes: Limits | Mapping[str, float] | None) -> Limits:
    """The service's own limits with some changed by name; raises ValueError for a name that is no limit, and for a
    number that the limit does not take."""
    if isinstance(changes, Limits):
        return changes
    if not changes:
        return LIMITS
    given = mapping_from("limits", changes)
    known = {each.name for each in fields(Limits)}
    for name in given:
        if name not in known:
            raise ValueError(f"unknown limit {name!r}; {_limit_meant(name, sorted(known))}")
    # JSON has one kind of number: 5.0 is as whole as 5.
    whole = {name: int(each) for name, each in given.items() if isinstance(each, float) and each.is_integer()}
    return replace(LIMITS, **{**given, **whole})  # type: ignore[arg-type]  # a mapping has one type for all


def _limit_meant(name: object, known: Sequence[str]) -> str:
    """The limit that was probably meant: the nearest name, or that which has the nearest word. All of them would be no
    line to read."""
    words = {word: limit for limit in known for word in limit.split("_") if len(word) >= _WORD_CHARACTERS}
    near = nearest(name, known)
    for word in sorted(str(name).split("_"), key=len, reverse=True):
        near = near or words.get(nearest(word, words) or "")
    return f"did you mean {near}?" if near else "they are the fields of interactor_emulator.Limits"
