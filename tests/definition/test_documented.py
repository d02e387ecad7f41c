"""Everything that the document shows is valid, and the advice on it is sensible."""

import json
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator.definition.lint import lint
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.validate import examine
from interactor_emulator.limits import Limits

DEFINITIONS = Path(__file__).parents[2] / "fixtures" / "interactor_fixtures" / "definitions"

STEP_2 = {
    "name": "my_workflow",
    "initial_state": "start",
    "states": {
        "start": {
            "type": "action",
            "logic": {"type": "script", "code": 'return { message: "Hello" }'},
            "transitions": [{"target": "end"}],
        },
        "end": {"type": "terminal"},
    },
}

AI_INSTRUCTIONS = {
    "type": "halting",
    "halting_instructions": {
        "type": "ai",
        "config": {
            "prompt": "Summarize this order and ask the user to approve or reject it.",
            "model": "claude-3-haiku-20240307",
            "include_data_paths": ["order", "customer", "risk_score"],
        },
    },
    "transition_mode": "selection",
    "transitions": [
        {"key": "approve", "to": "approved", "description": "Approve the order"},
        {"key": "reject", "to": "rejected", "description": "Reject the order"},
    ],
}
SIMPLE_INSTRUCTIONS = {
    "instruction": "Tell the user the strategy is ready for review. Highlight key metrics and risks.",
    "include_data": ["strategy", "benchmarks", "risk_assessment"],
}
STATIC_INSTRUCTIONS = {
    "type": "message",
    "config": {
        "title": "Approval Required",
        "message": "This order exceeds the automatic approval threshold and requires manual review.",
    },
}

FORM = {
    "type": "form",
    "title": "Approval Required",
    "description": "Please review the request details and provide your decision.",
    "fields": [
        {"name": "approved", "type": "boolean", "label": "Approve this request?", "required": True},
        {
            "name": "amount",
            "type": "number",
            "label": "Approved Amount",
            "default": "${workflow_data.amount}",
            "min": 0,
            "max": 100000,
        },
        {
            "name": "notes",
            "type": "string",
            "label": "Notes",
            "multiline": True,
            "placeholder": "Add any notes or conditions...",
        },
        {
            "name": "priority",
            "type": "select",
            "label": "Priority",
            "options": [
                {"value": "low", "label": "Low"},
                {"value": "medium", "label": "Medium"},
                {"value": "high", "label": "High"},
            ],
            "default": "medium",
        },
    ],
}
CHOICE = {
    "type": "choice",
    "title": "Select Action",
    "message": "How would you like to proceed with this request?",
    "options": [
        {"value": "approve", "label": "Approve", "description": "Approve the request as submitted"},
        {"value": "reject", "label": "Reject", "description": "Reject the request"},
        {"value": "escalate", "label": "Escalate to Manager", "description": "Send to manager for review"},
        {
            "value": "request_info",
            "label": "Request More Information",
            "description": "Ask the requester for additional details",
        },
    ],
}
MESSAGE = {
    "type": "message",
    "title": "Processing",
    "message": "Waiting for external system response. This may take a few minutes.",
    "show_progress": True,
}

SCRIPT = {
    "type": "script",
    "code": "const total = input.items.reduce((sum, item) => sum + item.price, 0); "
    "const needsApproval = total > 1000; return { ...workflow_data, total, needs_approval: needsApproval, "
    "calculated_at: new Date().toISOString() };",
}
HTTP = {
    "type": "http",
    "method": "POST",
    "url": "https://api.yourservice.com/process",
    "headers": {"Authorization": "Bearer ${secrets.API_KEY}", "Content-Type": "application/json"},
    "body": {
        "order_id": "${workflow_data.order_id}",
        "amount": "${workflow_data.amount}",
        "customer_email": "${workflow_data.customer_email}",
    },
    "timeout": 30000,
    "retry": {"attempts": 3, "backoff": "exponential"},
}

OPERATORS: list[dict[str, Any]] = [
    {"field": "status", "equals": "approved"},
    {"field": "status", "not_equals": "rejected"},
    {"field": "amount", "operator": "gt", "value": 1000},
    {"field": "amount", "operator": "gte", "value": 1000},
    {"field": "amount", "operator": "lt", "value": 100},
    {"field": "amount", "operator": "lte", "value": 100},
    {"field": "email", "operator": "contains", "value": "@company.com"},
    {"field": "category", "operator": "in", "value": ["A", "B", "C"]},
]
COMPLEX: list[dict[str, Any]] = [
    {"and": [{"field": "approved", "equals": True}, {"field": "amount", "operator": "gt", "value": 10000}]},
    {
        "or": [
            {"field": "amount", "operator": "lte", "value": 1000},
            {"and": [{"field": "approved", "equals": True}, {"field": "amount", "operator": "lte", "value": 10000}]},
        ]
    },
]


def around(state: dict[str, Any]) -> dict[str, Any]:
    """A workflow whose first state is this one."""
    ends = {name: {"type": "terminal"} for name in ("approved", "rejected")}
    return {"name": "snippet", "initial_state": "start", "states": {"start": state, **ends}}


def halting(**members: Any) -> dict[str, Any]:
    transitions = [{"target": "approved", "condition": OPERATORS[0]}, {"target": "rejected"}]
    return around({"type": "halting", "transitions": transitions, **members})


def action(logic: dict[str, Any]) -> dict[str, Any]:
    return around({"type": "action", "logic": logic, "transitions": [{"target": "approved"}]})


def conditional(condition: dict[str, Any]) -> dict[str, Any]:
    transitions = [{"target": "approved", "condition": condition}, {"target": "rejected"}]
    return around({"type": "action", "transitions": transitions})


SNIPPETS = {
    "step 2": STEP_2,
    "AI instructions": around(AI_INSTRUCTIONS),
    "simple instructions": halting(halting_instructions=SIMPLE_INSTRUCTIONS),
    "static instructions": halting(halting_instructions=STATIC_INSTRUCTIONS),
    "form": halting(presentation=FORM),
    "choice": halting(presentation=CHOICE),
    "message": halting(presentation=MESSAGE),
    "script": action(SCRIPT),
    "http": action(HTTP),
    **{f"operator {index}": conditional(condition) for index, condition in enumerate(OPERATORS)},
    **{f"complex {index}": conditional(condition) for index, condition in enumerate(COMPLEX)},
    **{path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DEFINITIONS.glob("*.json"))},
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_no_errors(name: str) -> None:
    examination = examine(SNIPPETS[name], Limits())
    assert examination.errors([None] * len(examination.codes)) == []
    assert examination.unknown == []


@pytest.mark.parametrize("name", SNIPPETS)
def test_it_can_be_parsed(name: str) -> None:
    definition = parse(SNIPPETS[name])
    assert definition.name == SNIPPETS[name]["name"]
    assert list(definition.states) == list(SNIPPETS[name]["states"])


@pytest.mark.parametrize("name", ["approval_workflow", "purchase_approval", "step 2"])
def test_no_advice_on_complete_workflows(name: str) -> None:
    assert lint(parse(SNIPPETS[name]), SNIPPETS[name]) == []


def test_the_documents_error_example() -> None:
    source = json.loads(json.dumps(STEP_2))
    source["states"]["start"]["transitions"][0]["target"] = "nonexistent"
    examination = examine(source, Limits())
    (finding,) = examination.errors([None])
    assert finding.path == "states.start.transitions[0].target"
    assert finding.message == "Target state 'nonexistent' does not exist"
