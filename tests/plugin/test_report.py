"""The Workflow Implementation Report and the coverage page: flow, scenarios, and HTML that can be read."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from interactor_fixtures import definition

from tests.workflows import action, halt, terminal, to, workflow

FLOWS: list[tuple[dict[str, Any], list[str]]] = [
    (
        definition("purchase_approval"),
        [
            "submit → manager_approval → [vp_approval] → approved → notify_requester → complete",
            "       ↘ auto_approved → notify_requester → complete",
            "                          ↘ rejected → notify_requester → complete",
            "                                          ↘ rejected → notify_requester → complete",
        ],
    ),
    (
        workflow("loop", {"ask": halt(to("done", ok=True), "fix"), "fix": halt("ask"), "done": terminal()}),
        ["ask → done", "    ↘ fix → ask → done"],
    ),
    (workflow("itself", {"ask": halt(to("done", ok=True), "ask"), "done": terminal()}), ["ask → done", "    ↺ ask"]),
    (
        workflow(
            "threads",
            {
                "split": action("meet", fork={"a": "left", "b": "right"}),
                "left": halt("gone"),
                "right": terminal(),
                "gone": terminal(),
                "meet": action("end", join=True),
                "end": terminal(),
            },
        ),
        ["split → meet → end", "      ⇉ left → gone", "      ⇉ right"],
    ),
    (workflow("lost", {"a": terminal(), "b": action("a")}), ["a", "never reached: b"]),
]

TESTS = """
import json
import pytest

FLOWS = json.loads({flows!r})
LOOP, FORM = {{"name": "fast", "initial_state": "end", "states": {{"end": {{"type": "terminal"}}}}}}, FLOWS[1]

@pytest.mark.parametrize("flow", FLOWS, ids=lambda each: each["name"])
def test_flow(interactor, flow):
    interactor.load(flow)
    interactor.http.route().respond(200)
    interactor.start(flow["name"])

def test_loop(interactor):
    interactor.load(LOOP)
    for number in range(51):
        interactor.start("fast", {{"number": number}})

def test_answers(interactor):
    interactor.load(FORM)
    interactor.secrets["K"] = "value-of-a-secret"
    interactor.start("loop", {{"who": "ann", "key": "value-of-a-secret"}}).resume(ok=False).resume().resume(ok=True)
    interactor.start("loop", {{"who": "bob"}})
"""


class Page(HTMLParser):
    """The tags and ids of a page, and the ids that it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.wanted: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name == "id":
                self.ids[str(value)] += 1
            self.wanted.update(re.findall(r"url\(#([^)]+)\)", value or ""))


@pytest.fixture
def written(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(TESTS.format(flows=json.dumps([flow for flow, _ in FLOWS])))
    names = ("--interactor-report=r.json", "--interactor-report=r.md", "--interactor-report=r.html")
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-n", "2", "--interactor-coverage=c.html", *names)
    assert result.ret == 0, result.stdout.str()
    return pytester


def test_the_report_has_what_the_documents_has(written: pytest.Pytester) -> None:
    reports = {each["workflow"]: each for each in json.loads((written.path / "r.json").read_text())["reports"]}
    for flow, lines in FLOWS:
        assert reports[flow["name"]]["state_flow"] == lines
    (fast,) = reports["fast"]["scenarios"]
    assert (fast["scenario"], fast["input"], fast["count"]) == ("test_loop", "number: 0", 51)
    text = (written.path / "r.md").read_text()
    assert "| test_loop (×51) | number: 0 | end | ✓ |" in text
    given = 'who: "ann", key: "[REDACTED]", ok: false, ok: true'
    assert f"| test_answers | {given} | ask → fix → ask → done | ✓ |" in text
    assert '| test_answers | who: "bob" | ask (halted) | ✓ |' in text
    for name in ("r.html", "c.html"):
        page = Page((written.path / name).read_text())
        assert page.tags["main"] == page.tags["h1"] == 1
        assert set(page.ids.values()) <= {1}
        assert page.wanted <= set(page.ids)
    assert page.tags["svg"] == len(FLOWS) + 1
    assert "<th>Expected Path</th>" in (written.path / "r.html").read_text()
