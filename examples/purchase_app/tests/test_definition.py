"""What wrong versions of the definition have shown to be missing: `interactor-emulator mutate` names those that no test
notices, each with the test that would."""

from pathlib import Path
from typing import Any

import pytest

DEFINITION = Path(__file__).parents[1] / "definitions" / "purchase.json"


@pytest.fixture(autouse=True)
def loaded(interactor: Any) -> None:
    interactor.load(DEFINITION)
    interactor.http.post("https://shop.example.com/orders").respond(200)


@pytest.mark.parametrize(("amount", "path"), [(1000, ("submit", "ordered")), (1001, ("submit", "approval"))])
def test_somebody_is_asked_from_1001_on(interactor: Any, amount: int, path: tuple[str, ...]) -> None:
    interactor.start("purchase", {"amount": amount}).assert_path(*path)


def test_what_is_approved_is_ordered_at_once(interactor: Any) -> None:
    run = interactor.start("purchase", {"amount": 1001})
    run.waiting_in("approval").resume(approved=True)
    run.assert_completed("ordered").assert_path("submit", "approval", "ordered")


def test_nobody_can_send_the_form_without_a_decision(interactor: Any) -> None:
    run = interactor.start("purchase", {"amount": 1001})
    assert [each["name"] for each in run.presentation["fields"] if each.get("required")] == ["approved"]
