"""Cases that are made up, against the same number of cases that are only played."""

import json
from pathlib import Path

import pytest
from interactor_emulator import Emulator
from interactor_emulator.explore.fuzzing.fuzz import fuzz
from interactor_emulator.explore.scenarios.playing import play
from interactor_emulator.wire.scenario import Answer, Scenario

from .figures import in_turn, rate, report

pytestmark = pytest.mark.benchmark

DEFINITIONS = Path(__file__).parents[2] / "fixtures" / "interactor_fixtures" / "definitions"
PURCHASE = json.loads((DEFINITIONS / "purchase_approval.json").read_text("utf-8"))
APPROVED = Scenario(
    "approved",
    "purchase_approval",
    {"amount": 15000, "requester": "user_1"},
    (Answer("manager_approval", {"approved": True}), Answer("vp_approval", {"approved": True})),
    stubs=({"url": "https://yourapp.com/*", "respond": {"json": {}}},),
    namespace="user_1",
)
EXAMPLES = 600


def test_drawing_a_case_costs_less_than_playing_it() -> None:
    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")
    emulator.load(PURCHASE)

    def played() -> None:
        emulator.reset("workflows")
        play(emulator, APPROVED)

    def drawn() -> float:
        found = fuzz(PURCHASE, max_examples=EXAMPLES)
        return found.examples / found.seconds

    ours, theirs = in_turn(drawn, lambda: rate(played, EXAMPLES))
    report("examples of fuzz against scenarios played", ours, theirs, "a second", at_least=0.5)
