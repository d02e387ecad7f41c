"""Whether what was printed is what a page shows of it, but for what is another one each time."""

import re
from collections.abc import Iterator

_VARYING = [
    (r"(inst|del|evt|sub|req|v|exec|wh|file)_[a-z0-9]{12,26}\b", r"\1_…"),
    (r"eyJ[\w.…-]+|rt_[0-9a-f]{32}", "TOKEN"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"\b\d+(\.\d+)? ?(ms|s)\b", "SOME TIME"),
]
_AROUND = re.compile(r"^(?:E {3}|>  )\s*|^=+ (?=.* =+$)|(?<= )=+$")
"""What pytest puts around a line: what is wrong, where, and a heading."""
_OUTCOME = re.compile(r"(\d+) (failed|passed|skipped|deselected|errors?|xfailed|xpassed)\b")
_SUMMARY = re.compile(r"\d+ [a-z]+(?:, \d+ [a-z]+)*(?: in SOME TIME(?: \([\d:]+\))?)?")


def masked(text: str) -> str:
    """Without what is another one each time: ids, tokens, times, ports, durations."""
    for pattern, name in _VARYING:
        text = re.sub(pattern, name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def is_as_shown(printed: str, shown: str) -> bool:
    """Whether a text is what a page shows of it, where a line `…` is any lines."""
    parts = re.split(r"^…$\n?", masked(shown), flags=re.M)
    return re.fullmatch(r"[\s\S]*".join(re.escape(part) for part in parts), masked(printed)) is not None


def not_printed(printed: str, shown: str) -> list[str]:
    """The lines that a page shows and that were not printed, or not after those that it shows before them; all but a
    line `…` and a command after `$ `. A line is a whole one, unless it ends with ` …` or begins with `… `."""
    lines, missing = _stripped(printed), list[str]()
    for line in _stripped(shown):
        at = next((at for at, each in enumerate(lines) if _begins_as(line).fullmatch(each)), None)
        if at is not None:
            del lines[: at + 1]
        elif line not in ("", "…") and not line.startswith("$ "):
            missing.append(line)
    return missing


def _begins_as(line: str) -> "re.Pattern[str]":
    return re.compile(re.sub(r"(?<=\\ )…$|^…(?=\\ )", ".*", re.escape(line)))


def faults_of_tests(printed: str, shown: list[str]) -> Iterator[str]:
    """What of the lines that a page shows of a session of pytest that session has not printed; how it ended is among
    them, by the numbers."""
    ended = _ended(printed)
    told = [line for text in shown for line in _lines(text)]
    if not any(map(_ended, told)):
        yield "how the tests end is not shown"
    yield from (f"the tests end as {ended}, not as {line!r}" for line in told if _ended(line) not in ({}, ended))
    of_pytest = "\n".join(_lines(printed))
    for text in shown:
        rest = "\n".join(line for line in _lines(text) if not _ended(line))
        yield from (f"{line!r} is not printed, or not there" for line in not_printed(of_pytest, rest))


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in masked(text).splitlines()]


def _lines(text: str) -> list[str]:
    return [_AROUND.sub("", line).strip() for line in masked(text).splitlines()]


def _ended(text: str) -> dict[str, int]:
    """How many tests ended how, by the last line, where that is how pytest ends."""
    last = _lines(text)[-1] if text.strip() else ""
    if not _SUMMARY.fullmatch(last):
        return {}
    return {kind.rstrip("s"): int(number) for number, kind in _OUTCOME.findall(last)}
