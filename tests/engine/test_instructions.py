"""Halting instructions: a static message, AI text, the simple form; choices."""

from collections.abc import Callable
from typing import Any

import pytest
from interactor_emulator import Emulator, InvalidTransition

from tests.workflows import halt, script, terminal, workflow

CHOICES = [
    {"key": "approve", "to": "approved", "description": "Approve the order"},
    {"key": "reject", "to": "rejected"},
    {"to": "rejected"},
]
ENDS = {"approved": terminal(), "rejected": terminal()}
ORDER = {"order": {"id": 123, "total": 150}, "customer": "Acme Corp"}


def load(emulator: Emulator, instructions: dict[str, Any], **state: Any) -> None:
    ask = halt(*CHOICES, halting_instructions=instructions, **state)
    emulator.load(workflow("w", {"first": script("return input", "ask"), "ask": ask, **ENDS}))


AI = {
    "type": "ai",
    "config": {
        "prompt": "Ask ${workflow_data.customer} about it. Be brief.",
        "include_data_paths": ["order.id", "customer", "risk"],
    },
}


@pytest.mark.parametrize(
    ("instructions", "text", "generated", "title"),
    [
        (AI, "Ask Acme Corp about it. order.id: 123, customer: Acme Corp", True, None),
        ({"instruction": "Tell it", "include_data": ["order"]}, 'Tell it order: {"id":123,"total":150}', True, None),
        ({"instruction": "Tell it! Now."}, "Tell it!", True, None),
        (
            {"type": "message", "config": {"title": "For ${workflow_data.customer}", "message": "Over. Really."}},
            "Over. Really.",
            False,
            "For Acme Corp",
        ),
    ],
)
def test_what_is_shown(
    interactor: Emulator, instructions: dict[str, Any], text: str, generated: bool, title: str | None
) -> None:
    load(interactor, instructions)
    options = interactor.start("w", ORDER).options
    assert options is not None
    assert (options.instruction, options.generated, options.title) == (text, generated, title)
    assert [choice.key for choice in options.choices] == ["approve", "reject"]
    assert options.selection is False


def test_a_text_can_be_set(interactor: Emulator) -> None:
    load(interactor, AI)
    interactor.ai.respond("Order #123 is ready.")
    options = interactor.start("w", ORDER).options
    assert options is not None
    assert options.instruction == "Order #123 is ready."


def test_a_function_composes_from_the_prompt_and_the_data(interactor: Emulator) -> None:
    load(interactor, AI)
    interactor.ai.respond_with(lambda prompt, data: f"{prompt}|{sorted(data)}")
    options = interactor.start("w", ORDER).options
    assert options is not None
    assert options.instruction == "Ask Acme Corp about it. Be brief.|['customer', 'order.id']"


def test_a_failing_generator_falls_back_to_the_prompt(interactor: Emulator) -> None:
    load(interactor, AI)

    def broken(prompt: str, data: object) -> str:
        raise RuntimeError(prompt)

    ways: list[Callable[[], None]] = [interactor.ai.fail, lambda: interactor.ai.respond_with(broken)]
    for fail in ways:
        fail()
        options = interactor.start("w", {**ORDER, "risk": 1}).assert_halted("ask").options
        assert options is not None
        assert options.instruction == "Ask Acme Corp about it. Be brief."
        assert options.generated is True
    assert [notice.code for notice in interactor.diagnostics][-2:] == ["instruction_not_generated"] * 2


def test_what_is_missing_is_left_out_and_told(interactor: Emulator) -> None:
    load(interactor, AI)
    interactor.start("w", ORDER)
    assert "Nothing stands at ${workflow_data.risk}" in [notice.message for notice in interactor.diagnostics]


def test_a_choice_takes_the_transition_of_its_key(interactor: Emulator) -> None:
    load(interactor, AI, transition_mode="selection")
    interactor.start("w").choose("approve", note="fine").assert_completed("approved").assert_data(
        choice="approve", note="fine"
    )
    run = interactor.start("w").resume(selected_option="reject", note="no").assert_completed("rejected")
    assert run.data == {"note": "no"}


def test_a_choice_that_is_none_changes_nothing(interactor: Emulator) -> None:
    load(interactor, AI, transition_mode="selection")
    run = interactor.start("w")
    for answer in ({}, {"choice": "maybe"}, {"choice": 1}):
        with pytest.raises(InvalidTransition):
            run.resume(answer)
    run.assert_halted("ask")
    assert run.data == {}


def test_the_control_api_sets_the_text(interactor: Emulator, interactor_server: Any) -> None:
    import httpx

    load(interactor, {"instruction": "Tell it."})
    url = f"{interactor_server.url}/_emulator/ai"
    shown = []
    for body in ({"text": "So be it"}, {"fail": True}, {}):
        assert httpx.put(url, json=body).status_code == 200
        options = interactor.start("w").options
        assert options is not None
        shown.append(options.instruction)
    assert shown == ["So be it", "Tell it.", "Tell it."]
