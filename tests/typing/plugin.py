"""Checked, never run: a test module with the plugin's fixtures, a machine, strategies, and a receiver's own tests."""

from pathlib import Path
from typing import Any, assert_type

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, Inbox, Received, Run, Server
from interactor_emulator.signing import SignatureError, sign, verify
from interactor_fixtures import definition, definitions, rules
from pytest_interactor import WorkflowMachine, strategies


@pytest.mark.interactor(seed=1, now="2026-01-20T12:00:00Z", workflow="purchase_approval")
def test_fixtures(
    interactor: Emulator,
    interactor_server: Server,
    interactor_env: dict[str, str],
    interactor_client: httpx.Client,
    interactor_inbox: Inbox,
    interactor_workflow: str,
) -> None:
    assert_type(interactor.start(interactor_workflow), Run)
    assert_type(interactor_inbox.wait_for("workflow.instance.completed", namespace="n"), Received)
    assert_type(interactor_inbox.received[0].data["instance_id"], Any)
    interactor_inbox.assert_delivered("workflow.instance.complete")  # type: ignore[arg-type]


class Approval(WorkflowMachine):
    """What a class of its own may say."""

    definition = "definitions/approval.json"
    over_http = True
    may_fail = {"http_error"}
    secrets = {"KEY": "x"}
    answers = {"approval": st.fixed_dictionaries({"approved": st.booleans()})}


class Wrong(WorkflowMachine):
    """What it may not."""

    definition = 5  # type: ignore[assignment]
    over_http = "yes"  # type: ignore[assignment]


TestApproval = Approval.TestCase


@given(strategies.definitions(max_states=4, features=["halting"]), strategies.broken_definitions(max_faults=1))
def test_strategies(made: dict[str, Any], broken: strategies.BrokenDefinition) -> None:
    assert_type(broken.paths, frozenset[str])
    assert_type(broken.faults, tuple[str, ...])
    strategies.inputs_for(made)
    strategies.walks(Path("x.json"), max_steps=3)
    strategies.definitions(max_states="4")  # type: ignore[arg-type]


def test_signatures() -> None:
    signature = assert_type(sign("secret", b"{}", 1_700_000_000), str)
    try:
        verify("secret", b"{}", signature, "1700000000", now=1_700_000_000, tolerance=None)
    except SignatureError as error:
        assert_type(error.code, str)
    sign("secret", "{}", 1)  # type: ignore[arg-type]


def test_fixtures_of_the_document() -> None:
    assert_type(definitions(), list[str])
    assert_type(definition("purchase_approval"), dict[str, Any])
    assert_type(rules()[0]["mark"], Any)
