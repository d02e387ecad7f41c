"""What a snapshot brought, or the account that one is a fork of, counts in no coverage but where it was done."""

import json
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, Inbox, Server

from tests.workflows import halt, terminal, workflow

LEAVE = workflow(
    "leave",
    {
        "ask": halt({"target": "granted", "condition": {"field": "approved", "equals": True}}, "refused"),
        "granted": terminal(),
        "refused": terminal(),
    },
)


@pytest.fixture
def filled(interactor: Emulator, interactor_inbox: Inbox) -> Emulator:
    """One instance was answered, one waits, and a webhook was told."""
    interactor.load(LEAVE)
    interactor.start("leave", namespace="u").resume(approved=True)
    interactor.start("leave", namespace="u")
    interactor.settle()
    return interactor


def counted(server: Server, account: str = "default") -> dict[str, Any]:
    answer = httpx.get(f"{server.core_url}/_emulator/coverage", headers={"X-Emulator-Account": account})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def told(found: dict[str, Any]) -> dict[str, Any]:
    """Which states were entered, what else was done, and on which paths, of the only workflow."""
    ((_, leave),) = found["workflows"].items()
    states = {each["state"]: each["count"] for each in leave["states"]}
    return {"states": states, "did": sorted(leave["did"]), "paths": [each["path"] for each in leave["scenarios"]]}


def test_a_fork_has_done_nothing_until_it_does(filled: Emulator, interactor_server: Server) -> None:
    made = httpx.post(f"{interactor_server.core_url}/_emulator/accounts/default/fork", json={"name": "other"}).json()
    assert told(counted(interactor_server))["states"] == {"ask": 2, "granted": 1}
    assert counted(interactor_server, "other")["workflows"] == {}
    waiting = next(run for run in filled.runs if run.status == "halted")
    httpx.post(
        f"{interactor_server.core_url}/api/v1/workflows/instances/{waiting.id}/resume",
        json={"input": {"approved": False}},
        headers={"Authorization": f"Bearer {made['access_token']}"},
    ).raise_for_status()
    assert told(counted(interactor_server, "other")) == {
        "states": {"refused": 1},
        "did": ["completed", "resumed"],
        "paths": [["ask", "refused"]],
    }


def test_what_a_snapshot_brought_is_nothing_that_was_done_here(filled: Emulator, interactor_server: Server) -> None:
    kept = httpx.get(f"{interactor_server.core_url}/_emulator/snapshot").json()
    httpx.put(f"{interactor_server.core_url}/_emulator/snapshot", json=kept).raise_for_status()
    assert counted(interactor_server)["workflows"] == {}
    filled.start("leave", namespace="u")
    assert told(counted(interactor_server))["states"] == {"ask": 1}


def test_no_box_is_ticked_for_it(pytester: pytest.Pytester, filled: Emulator) -> None:
    """What the test did before it went back to a snapshot is counted all the same."""
    (pytester.path / "kept.json").write_text(json.dumps(filled.snapshot()))
    pytester.makepyfile(
        """
def test_restored(interactor):
    interactor.restore("kept.json")

def test_went_back(interactor):
    interactor.restore("kept.json")
    kept = interactor.snapshot()
    next(run for run in interactor.runs if run.status == "halted").resume(approved=False)
    interactor.restore(kept)
"""
    )
    plugins = ["-p", "no:randomly", "-p", "no:xdist", "-p", "no:asyncio"]
    pytester.runpytest_inprocess(*plugins, "--interactor-report=r.json").assert_outcomes(passed=2)
    (report,) = json.loads((pytester.path / "r.json").read_text())["reports"]
    done = {each["item"] for each in report["checklist"] if each["done"]}
    assert "Resume functionality tested" in done
    assert done.isdisjoint({"Instance creation tested", "Webhook handlers configured", "All transitions verified"})
    assert [each["scenario"] for each in report["scenarios"]] == ["test_went_back"]
