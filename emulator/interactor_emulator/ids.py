"""Every id, and everything else that is random, from an instant and a seeded generator.

Each kind has a generator of its own: a request more or less does not change the ids of the instances after it.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from random import Random

# Crockford's base 32, as ULIDs use it; two characters at a time.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_RANDOM_BITS = 80
_STEP_BITS = 32

State = tuple[int, ...]
Drawn = tuple[State, int, int]
"""How far a generator has come: the twister's own state, and of one that makes ULIDs the instant and the number of the
last of them, else -1 and 0."""


class Ulids:
    """ULIDs that grow, also within one millisecond, so that their order is that of their making."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._ms = -1
        self._time = ""
        self._tail = 0

    @property
    def drawn(self) -> Drawn:
        """How far it has come."""
        return self._random.getstate()[1], self._ms, self._tail

    def go_on(self, ms: int, tail: int) -> None:
        """Go on after the ULID of this number, of this instant."""
        self._ms, self._time, self._tail = ms, _time_digits(ms), tail

    def next(self, now_ms: int) -> str:
        """26 characters: 48 bits of time and 80 of chance."""
        if now_ms == self._ms:
            self._tail += 1 + self._random.getrandbits(_STEP_BITS)
        else:
            self._ms, self._time = now_ms, _time_digits(now_ms)
            # The top bit is left free, so that a million ids in one millisecond cannot overflow.
            self._tail = self._random.getrandbits(_RANDOM_BITS - 1)
        tail, pairs = self._tail, _PAIRS
        # Written out: ids are made for every event, and a loop takes twice as long.
        return (
            f"{self._time}{pairs[tail >> 70]}{pairs[tail >> 60 & 1023]}{pairs[tail >> 50 & 1023]}"
            f"{pairs[tail >> 40 & 1023]}{pairs[tail >> 30 & 1023]}{pairs[tail >> 20 & 1023]}"
            f"{pairs[tail >> 10 & 1023]}{pairs[tail & 1023]}"
        )


def _time_digits(instant_ms: int) -> str:
    return "".join([_PAIRS[instant_ms >> shift & 1023] for shift in range(40, -1, -10)])


def _random(kind: str) -> "cached_property[Random]":
    return cached_property(lambda ids: Random(f"{ids.seed}/{kind}"))


def _ulids(kind: str) -> "cached_property[Ulids]":
    return cached_property(lambda ids: Ulids(Random(f"{ids.seed}/{kind}")))


class Ids:
    """Ids of one account. The same seed, instants and calls give the same ids.

    `seed` is any integer (or the text of one), or None for one nobody knows; `now_ms` is the account's time, in Unix
    milliseconds. `drawn` says how far its generators had come before; raises ValueError for what does not.
    """

    def __init__(self, seed: int | str | None, drawn: Mapping[str, Drawn] | None = None) -> None:
        self.seed: int | str = int.from_bytes(os.urandom(8), "big") if seed is None else seed
        if drawn:
            for kind, (state, ms, tail) in drawn.items():
                if kind not in KINDS:
                    raise ValueError(f"unknown generator {kind!r}; there are {', '.join(KINDS)}")
                random = Random(0)
                random.setstate((3, state, None))
                made: Random | Ulids = random
                if kind in _OF_ULIDS:
                    made = Ulids(random)
                    made.go_on(ms, tail)
                vars(self)["_" + kind] = made

    @property
    def drawn(self) -> dict[str, Drawn]:
        """How far each of those generators has come that was asked."""
        made = {kind: vars(self).get("_" + kind) for kind in KINDS}
        return {
            kind: each.drawn if isinstance(each, Ulids) else (each.getstate()[1], -1, 0)
            for kind, each in made.items()
            if each is not None
        }

    # Each is made when it is first asked: most accounts need three of them, and a seed from a text takes its time.
    _instance = _ulids("instance")
    _event = _ulids("event")
    _request = _ulids("request")
    _notice = _ulids("notice")
    _file = _ulids("file")
    _delivery = _ulids("delivery")
    _names = _random("names")
    _scripts = _random("scripts")
    _tokens = _random("tokens")
    _traces = _random("traces")
    _faults = _random("faults")
    _webhooks = _random("webhooks")

    def version(self) -> str:
        return "v_" + self._name()

    def workflow(self) -> str:
        return "wf_" + self._name()

    def instance(self, now_ms: int) -> str:
        return "inst_" + self._instance.next(now_ms).lower()

    def event(self, now_ms: int) -> str:
        return "evt_" + self._event.next(now_ms)

    def notice(self, now_ms: int) -> str:
        """A diagnostic's. It has a generator of its own: what is noticed changes no id of the service."""
        return "dia_" + self._notice.next(now_ms)

    def request(self, now_ms: int) -> str:
        return "req_" + self._request.next(now_ms)

    def token(self) -> str:
        """32 hexadecimal digits: a token's `jti`, or a refresh token's secret part."""
        return f"{self._tokens.getrandbits(128):032x}"

    def trace(self) -> str:
        """32 hexadecimal digits, as the W3C's trace ids have."""
        return f"{self._traces.getrandbits(127) + 1:032x}"

    def span(self) -> str:
        """16 hexadecimal digits, as the W3C's parent ids have."""
        return f"{self._traces.getrandbits(63) + 1:016x}"

    def file(self, now_ms: int) -> str:
        return "file_" + self._file.next(now_ms).lower()

    def subscription(self) -> str:
        return "whsub_" + "".join(self._webhooks.choices(_LETTERS, k=12))

    def webhook_secret(self) -> str:
        return f"whsec_{self._webhooks.getrandbits(128):032x}"

    def chance(self) -> float:
        """From 0 to 1, for faults with a probability."""
        return self._faults.random()

    def delivery(self, now_ms: int) -> str:
        return "del_" + self._delivery.next(now_ms)

    def script_seed(self) -> int:
        """32 bits for `Math.random`."""
        return self._scripts.getrandbits(32)

    def _name(self) -> str:
        return "".join(self._names.choices(_LETTERS, k=12))


_OF_ULIDS = frozenset({"instance", "event", "request", "notice", "file", "delivery"})
KINDS: tuple[str, ...] = tuple(name[1:] for name, each in vars(Ids).items() if isinstance(each, cached_property))
"""The kinds of generators."""
