"""The overview: what somebody who has nothing yet does first, and what it says once something has happened."""

import re
import shutil
import subprocess
from html import unescape

import httpx
import pytest
from interactor_emulator import Client, Emulator, Server

from tests.dashboard_pages import HOSTILE, Dashboard, hostile, links, words
from tests.workflows import halt, script, terminal, workflow


@pytest.fixture
def dashboard(interactor_server: Server) -> Dashboard:
    return Dashboard(interactor_server.url)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")
def test_the_commands_of_the_first_steps_work_when_they_are_pasted(interactor: Emulator, dashboard: Dashboard) -> None:
    commands = [unescape(each) for each in re.findall(r"<pre[^>]*>(.*?)</pre>", dashboard.get().text, re.DOTALL)]
    assert len(commands) == 3
    done = subprocess.run(["bash", "-e"], input="\n".join(commands), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (run,) = interactor.runs
    run.assert_halted("await_approval").assert_data(days=5)


def test_a_button_makes_the_example_and_an_instance(interactor: Emulator, dashboard: Dashboard) -> None:
    made = dashboard.post("", do="example")
    (run,) = interactor.runs
    assert made.headers["location"].endswith(run.id)
    run.assert_halted("await_approval")
    dashboard.post("", do="example")
    assert len(interactor.runs) == 2


def test_an_account_without_a_client_is_told_to_make_one(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.clients.clear()
    assert "no client that may ask for a token" in words(dashboard.get())
    interactor.clients["app it's"] = Client("app it's", "a 'secret' & more")
    assert "<pre" in dashboard.get().text


def test_what_happened_is_listed_with_a_link_to_its_instance(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(workflow("ask", {"ask": halt("end"), "end": terminal()}))
    run = interactor.start("ask")
    url = f"{dashboard.url}/api/v1/workflows"
    refused = httpx.get(url, headers={"Authorization": "Bearer x", "X-Request-Id": "own/id?"})
    assert refused.status_code == 401
    said = dashboard.get()
    assert "First steps" not in words(said)
    assert "/_emulator/dashboard/workflows/ask" in links(said)
    (asked,) = {each for each in links(said) if each.startswith("/_emulator/dashboard/requests/")}
    assert httpx.get(dashboard.url + asked).status_code == 200
    assert f'href="/_emulator/dashboard/instances/{run.id}"' in said.text
    assert re.search(r"halted\s+ask inst_\w+ ask", words(said))


def test_diagnostics_stand_together_by_code_with_their_remedy(interactor: Emulator, dashboard: Dashboard) -> None:
    states = {"go": script("return {}", "end", nonsense=1, sense=2), "end": terminal()}
    interactor.load(workflow("odd", states))
    said = words(dashboard.get()).partition("Wants attention")[2]
    assert said.count("unknown_field") == 1
    assert "2 times" in said
    assert "Earlier" in said


def test_texts_of_what_happened_stay_texts(interactor: Emulator, dashboard: Dashboard) -> None:
    interactor.load(
        workflow("odd", {HOSTILE: halt("end", presentation={"type": "message", "message": HOSTILE}), "end": terminal()})
    )
    interactor.start("odd", namespace=HOSTILE, input={HOSTILE: "\ud800"})
    assert list(hostile(dashboard.get().text)) == []
