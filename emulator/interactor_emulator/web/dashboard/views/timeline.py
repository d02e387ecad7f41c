"""What is due as a line: a lane for each kind, near things far enough from each other to be told apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p, sqrt

from interactor_emulator.limits import DAY, HOUR, MINUTE

_LEFT, _RIGHT, _WIDTH = 250, 965, 1_000
_TOP, _LANE, _BOTTOM = 12, 34, 30
_TOGETHER = 9  # nearer than so much, points are one
_APART = 64  # so far from each other stand the words of the scale
_LOGARITHMIC_FROM = 60  # times the nearest: what spans that much is not told apart otherwise
_SECOND = 1
_YEAR = 365 * DAY
_TICKS = (
    (_SECOND, "1 s"),
    (10, "10 s"),
    (MINUTE, "1 min"),
    (10 * MINUTE, "10 min"),
    (HOUR, "1 h"),
    (6 * HOUR, "6 h"),
    (DAY, "1 day"),
    (7 * DAY, "7 days"),
    (30 * DAY, "30 days"),
    (90 * DAY, "90 days"),
    (_YEAR, "1 year"),
    (10 * _YEAR, "10 years"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """So many things that are due in so many seconds, and where they lead."""

    seconds: float
    kind: str
    link: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Dot:
    """One or several points that stand together: the first one's link and seconds."""

    x: float
    y: float
    radius: float
    kind: str
    link: str
    seconds: float
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """All that is drawn."""

    width: int
    height: int
    left: int
    right: int
    lanes: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    dots: list[Dot]


def drawn(points: list[Point], words: Mapping[str, str]) -> Line:
    """The line of these; the scale is logarithmic where they span much."""
    scale = _Scale([max(0.0, each.seconds) for each in points])
    kinds = list(dict.fromkeys(each.kind for each in points))
    lanes = [(_TOP + (place + 0.5) * _LANE, words.get(kind, kind)) for place, kind in enumerate(kinds)]
    dots: list[Dot] = []
    for place, kind in enumerate(kinds):
        dots += _dots([each for each in points if each.kind == kind], scale, lanes[place][0])
    height = _TOP + _LANE * len(kinds) + _BOTTOM
    return Line(_WIDTH, height, _LEFT, _RIGHT, lanes, scale.ticks(), dots)


class _Scale:
    """Seconds from now as places on the line."""

    def __init__(self, seconds: list[float]) -> None:
        self._most = max([*seconds, 1.0])
        self._logarithmic = self._most > _LOGARITHMIC_FROM * max(1.0, min(seconds))

    def x(self, seconds: float) -> float:
        part = log1p(seconds) / log1p(self._most) if self._logarithmic else seconds / self._most
        return round(_LEFT + (_RIGHT - _LEFT) * part, 1)

    def ticks(self) -> list[tuple[float, str]]:
        """The words of the scale that have room, with `now` before them."""
        found = [(float(_LEFT), "now")]
        for seconds, words in _TICKS:
            if seconds <= self._most and (x := self.x(seconds)) - found[-1][0] >= _APART:
                found.append((x, words))
        return found


def _dots(points: list[Point], scale: _Scale, y: float) -> list[Dot]:
    found: list[Dot] = []
    for each in points:
        x = scale.x(max(0.0, each.seconds))
        if found and x - found[-1].x < _TOGETHER:
            last = found[-1]
            count = last.count + each.count
            found[-1] = Dot(last.x, y, _radius(count), last.kind, last.link, last.seconds, count)
        else:
            found.append(Dot(x, y, _radius(each.count), each.kind, each.link, each.seconds, each.count))
    return found


def _radius(count: int) -> float:
    return round(min(5 + 1.5 * sqrt(count - 1), 14), 1)
