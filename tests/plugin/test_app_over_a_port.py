"""An app behind a real port, its webhooks and the inbox in one test: no sleep, no `settle`, in any order."""

import pytest

PROJECT = {
    "app.py": '''
"""An app as users have them: it talks to the API over HTTP, and is told by webhooks, on a port of its own."""
import json, os, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import httpx

SECRET = "whsec_of_the_app_under_test_0000000"

class App:
    def __init__(self, env):
        self.api = httpx.Client(base_url=env["INTERACTOR_CORE_URL"] + "/api/v1", trust_env=False,
                                headers={"Authorization": "Bearer " + env["INTERACTOR_TOKEN"]})
        self.told, app = [], self
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                app.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["event"])
                self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
            def log_message(self, *arguments): pass
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever); self.thread.start()

    def listen(self):
        hook = f"http://127.0.0.1:{self.server.server_port}/hook"
        events = ["workflow.instance.halted", "workflow.instance.completed"]
        self.told.clear()
        body = {"url": hook, "events": events, "secret": SECRET}
        assert self.api.post("/webhooks/subscriptions", json=body).status_code == 201

    def ask(self, amount):
        body = {"namespace": "user_1", "input": {"amount": amount}}
        made = self.api.post("/workflows/waits/instances", json=body)
        assert made.status_code == 201, made.text
        return made.json()["data"]["id"]

    def answer(self, id, **input):
        assert self.api.post(f"/workflows/instances/{id}/resume", json={"input": input}).status_code == 200

    def close(self):
        self.server.shutdown(); self.thread.join(); self.server.server_close(); self.api.close()
''',
    "conftest.py": """
import pytest
from app import App

@pytest.fixture(scope="session")
def app(interactor_env):
    app = App(interactor_env)
    yield app
    app.close()
""",
    "test_app.py": """
import pytest

WAITS = {"name": "waits", "initial_state": "ask", "states": {
    "ask": {"type": "halting", "transitions": [{"target": "end"}]}, "end": {"type": "terminal"}}}

@pytest.mark.parametrize("number", range(3))
def test_told_of_its_own(interactor, interactor_inbox, app, number):
    interactor.load(WAITS)
    app.listen()
    id = app.ask(number)
    interactor_inbox.assert_delivered("workflow.instance.halted", instance_id=id)
    assert app.told == ["workflow.instance.halted"]
    app.answer(id, ok=True)
    interactor.run(id).assert_completed("end").assert_data(ok=True)
    interactor_inbox.assert_delivered("workflow.instance.completed", ok=True)
    assert app.told == ["workflow.instance.halted", "workflow.instance.completed"]
    assert len(interactor.runs) == 1

def test_after_a_reset_all_that_a_test_holds_is_whole(interactor, interactor_inbox, app):
    http = interactor.http
    for _ in range(2):
        interactor.load(WAITS)
        http.get("https://x.example/").respond(200)
        app.listen()
        id = app.ask(1)
        interactor_inbox.assert_delivered("workflow.instance.halted", instance_id=id)
        assert app.told == ["workflow.instance.halted"]
        interactor.reset()
        assert interactor.runs == [] and len(interactor_inbox) == 0 and not http.routes

def test_without_an_emulator_of_its_own_it_sees_nobody_elses(app):
    assert app.api.get("/workflows/instances").json() == {"data": {"instances": []}}

@pytest.mark.interactor(now="2031-05-01T00:00:00Z")
def test_the_token_outlives_a_journey(interactor, app):
    interactor.clock.advance(days=2000)
    assert app.api.get("/workflows").status_code == 200
""",
}


@pytest.mark.unmeasured
def test_twenty_times_over_two_workers(pytester: pytest.Pytester) -> None:
    for name, text in PROJECT.items():
        pytester.path.joinpath(name).write_text(text)
    repeated = [f"test_app_{number}.py" for number in range(20)]
    for name in repeated:
        pytester.path.joinpath(name).write_text(PROJECT["test_app.py"])
    pytester.path.joinpath("test_app.py").unlink()
    pytester.runpytest_subprocess("-n", "2", "--interactor-diagnostics=off").assert_outcomes(passed=20 * 6)


def test_one_process_in_any_order(pytester: pytest.Pytester) -> None:
    for name, text in PROJECT.items():
        pytester.path.joinpath(name).write_text(text)
    pytester.runpytest_subprocess("-p", "no:xdist", "--interactor-diagnostics=off").assert_outcomes(passed=6)


SEEDS = """
import httpx, pytest

QUICK = {"name": "quick", "initial_state": "end", "states": {"end": {"type": "terminal"}}}

@pytest.fixture(scope="session")
def app(interactor_env):
    return {"instances": set(), "deliveries": set(), "env": interactor_env}

@pytest.mark.parametrize("number", range(3))
def test_an_app_that_keeps_what_it_has_seen(interactor, interactor_inbox, app, number, record_property):
    interactor.load(QUICK)
    run = interactor.start("quick")
    ids = {each.delivery_id for each in interactor_inbox.received}
    assert ids and not ids & app["deliveries"] and run.id not in app["instances"]
    app["deliveries"] |= ids
    app["instances"].add(run.id)
    print("ID", number, run.id)

@pytest.mark.interactor(seed=7)
@pytest.mark.parametrize("number", range(2))
def test_a_chosen_seed_stays(interactor, app, number):
    interactor.load(QUICK)
    print("CHOSEN", interactor.start("quick").id)

@pytest.mark.parametrize("number", range(2))
def test_without_such_an_app_ids_repeat(interactor, number):
    interactor.load(QUICK)
    print("FIXED", interactor.start("quick").id)
"""


def test_an_app_that_lives_through_many_tests_sees_no_id_twice(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SEEDS)
    said: list[list[str]] = []
    for _ in range(2):
        result = pytester.runpytest_subprocess("-s", "-p", "no:randomly")
        result.assert_outcomes(passed=7)
        said.append([line.lstrip(".").split(" ", 1)[-1] for line in result.outlines if "inst_" in line])
    assert said[0] == said[1]  # each in its session as in the next
    assert len(set(said[0])) == 5  # three of their own, one chosen, one fixed


def test_a_test_that_is_run_again_is_another_to_such_an_app(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("def pytest_collection_modifyitems(items): items *= 2")
    pytester.makepyfile(SEEDS)
    pytester.runpytest_subprocess("-k", "that_keeps").assert_outcomes(passed=6)
