"""What a run found, by rule: as text, as JSON, as JUnit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree import ElementTree

from interactor_emulator import terminal

from .exchanges import Rule

Verdict = Literal["holds", "differs", "not checked"]
FORMAT = 1
"""The number of the JSON shape."""

_MARKS = {"D": "documented", "P": "published", "I": "inferred"}
_SHOWN = 8
_LISTED = 40


@dataclass(slots=True)
class Judged:
    """A rule and what came of it. `places` are where it differs, a line each; `why` says why it was not checked."""

    rule: Rule
    steps: int = 0
    places: list[str] = field(default_factory=list)
    why: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.places:
            return "differs"
        return "holds" if self.steps else "not checked"


@dataclass(frozen=True, slots=True)
class Report:
    """Every rule that an exchange shows. Printed, it is for people."""

    server: str
    judged: tuple[Judged, ...]
    requests: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether all documented rules that could be seen hold, and one could be."""
        return bool(self.of("holds")) and not any(_fails(each) for each in self.judged)

    def of(self, verdict: Verdict) -> list[Judged]:
        return [each for each in self.judged if each.verdict == verdict]

    def __str__(self) -> str:
        lines: list[str] = []
        for each in self.of("differs"):
            lines += _differing(each)
        if unchecked := self.of("not checked"):
            lines += ["", "Not checked:", *_by_reason(unchecked)]
        counts = ", ".join(f"{len(self.of(each))} {word}" for each, word in _WORDS.items())
        lines += [
            "",
            f"{self.server}: {len(self.judged)} rules: {counts}; {self.requests} requests, {self.seconds:.1f} s",
        ]
        return "\n".join(lines).lstrip("\n")

    def to_json(self) -> dict[str, Any]:
        """`docs/reference/exchanges.md` describes it."""
        return {
            "format": FORMAT,
            "server": self.server,
            "ok": self.ok,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "rules": [
                {
                    "id": each.rule.id,
                    "rule": each.rule.text,
                    "mark": each.rule.mark,
                    "verdict": each.verdict,
                    "differences": each.places,
                    "why": each.why if each.verdict == "not checked" else "",
                }
                for each in self.judged
            ],
        }

    def to_junit(self) -> str:
        """A test case a rule; one of an inferred rule that differs is skipped, with what differs, and fails nothing."""
        counts = {"tests": len(self.judged), "failures": sum(bool(_fails(each)) for each in self.judged)}
        suite = ElementTree.Element("testsuite", name=f"contract of {self.server}", time=f"{self.seconds:.3f}")
        for name, count in (
            *counts.items(),
            ("skipped", len(self.judged) - len(self.of("holds")) - counts["failures"]),
        ):
            suite.set(name, str(count))
        for each in self.judged:
            case = ElementTree.SubElement(suite, "testcase", classname=each.rule.section, name=each.rule.id)
            if each.verdict == "holds":
                continue
            kind = "failure" if _fails(each) else "skipped"
            told = ElementTree.SubElement(case, kind, message=_printable(each.rule.text))
            told.text = _printable("\n".join(each.places) or each.why)
        return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


_WORDS: Mapping[Verdict, str] = {"holds": "hold", "differs": "differ", "not checked": "not checked"}


def _fails(judged: Judged) -> bool:
    return judged.verdict == "differs" and judged.rule.documented


def _differing(judged: Judged) -> list[str]:
    rule = judged.rule
    marks = ", ".join(_MARKS[mark] for mark in rule.mark.split("/"))
    lines = [f"{rule.id} ({marks}): {rule.text}"]
    lines += [f"    {terminal.line(place)}" for place in judged.places[:_SHOWN]]
    if len(judged.places) > _SHOWN:
        lines.append(f"    and {len(judged.places) - _SHOWN} more")
    if rule.variant:
        lines.append(f"    This could be otherwise: --calibrate FILE finds which value of {rule.variant} it has.")
    return lines


def _by_reason(unchecked: Iterable[Judged]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for each in unchecked:
        reasons.setdefault(each.why, []).append(each.rule.id)
    return [f"    {terminal.line(why)}: {_listed(ids)}" for why, ids in reasons.items()]


def _listed(ids: list[str]) -> str:
    """All of them, unless they would fill a screen."""
    return ", ".join(ids) if len(ids) <= _LISTED else f"{len(ids)} rules (--format json names them)"


def _printable(text: str) -> str:
    """What XML can hold."""
    return "".join(each if each.isprintable() or each == "\n" else f"\\x{ord(each):02x}" for each in text)
