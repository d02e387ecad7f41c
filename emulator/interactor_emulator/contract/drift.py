"""What a server answers otherwise than it did: two recordings of the contract's runs against each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .generalising import steps_of
from .language import differences, header_differences
from .recording import Recording
from .said import Said

Place = tuple[str, int]


def drift(before: Recording, now: Recording) -> Iterator[str]:
    """A line for each place where an answer is another than before. Ids, times and tokens may differ, where the same
    one stands there wherever the same one stood."""
    rows = before.tagged(now.tag)
    captured: dict[str, str] = {}
    found = _by_place(now.rows)
    for row, step in zip(rows, steps_of(rows), strict=True):
        place = f"{row.exchange}, step {row.step}, {row.method} {row.path}"
        later = found[row.exchange, row.step]
        if not later:
            yield f"{place}: was not asked this time"
            continue
        answer = later.pop(0)
        if answer.status != row.status:
            yield f"{place}: status: was {row.status}, is {answer.status}"
        told = [
            *header_differences(step["response"]["headers"], answer.headers, captured),
            *differences(step["response"].get("body"), answer.body, captured),
        ]
        yield from (f"{place}: {each}" for each in told)
    for row in (each for later in found.values() for each in later):
        yield f"{row.exchange}, step {row.step}, {row.method} {row.path}: was not asked before"


def _by_place(rows: Iterable[Said]) -> "defaultdict[Place, list[Said]]":
    found: defaultdict[Place, list[Said]] = defaultdict(list)
    for row in rows:
        found[row.exchange, row.step].append(row)
    return found
