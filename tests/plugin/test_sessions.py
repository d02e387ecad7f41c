"""What a session shows at its end: coverage, report, diagnostics; over workers, in odd places, and leaving nothing."""

import json
import re
from pathlib import Path

import pytest

WORKFLOW = """
import pytest

WORKFLOW = {"name": "leave", "initial_state": "ask", "states": {
    "ask": {"type": "halting", "presentation": {"type": "form", "title": "T", "fields": [
        {"name": "days", "type": "number", "label": "Days"}]},
        "transitions": [{"target": "granted", "condition": {"field": "days", "operator": "lte", "value": 5}},
                        {"target": "boss"}]},
    "boss": {"type": "halting", "transitions": [{"target": "granted", "condition": {"field": "ok", "equals": True}},
                                                 {"target": "refused"}]},
    "granted": {"type": "terminal"}, "refused": {"type": "terminal"}}}

@pytest.fixture(autouse=True)
def leave(interactor):
    interactor.load(WORKFLOW)
"""
TESTS = (
    WORKFLOW
    + """
@pytest.mark.parametrize("days", [1, 3, 5])
def test_short(interactor, days):
    interactor.start("leave", {"n": days}, namespace="a").resume(days=days).assert_completed("granted")

def test_long(interactor):
    run = interactor.start("leave", namespace="a").resume(days=6)
    run.resume(ok=True).assert_completed("granted")
"""
)
OPTIONS = ("-p", "no:randomly")


def ran(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(*OPTIONS, *options)


def test_the_table_names_what_was_never_taken(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = ran(pytester, "--interactor-coverage", "-p", "no:xdist")
    result.stdout.fnmatch_lines(
        [
            "*interactor path coverage*",
            "workflow  * states  transitions  conditions  cover",
            "leave     *    3/4          3/4         3/4    75 %",
            "  state refused was never entered",
            "  transition boss → refused was never taken",
            "  condition boss → granted: ok equals true was never false",
        ]
    )
    assert result.ret == 0


@pytest.mark.usefixtures("every_plugin")
def test_it_is_the_same_to_the_digit_over_workers_and_in_any_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    texts = []
    for number, options in enumerate((["-p", "no:xdist"], ["-n", "2"], ["-n", "3", "-p", "randomly"])):
        result = pytester.runpytest_subprocess(f"--interactor-coverage=c{number}.json", *options)
        assert result.ret == 0
        texts.append((pytester.path / f"c{number}.json").read_text())
    assert texts[0] == texts[1] == texts[2]
    (workflow,) = json.loads(texts[0])["workflows"].values()
    assert {row["state"]: row["count"] for row in workflow["states"]}["ask"] == 4
    [first] = [row for row in workflow["transitions"] if (row["state"], row["index"]) == ("ask", 0)]
    assert first["tests"] == [
        f"test_it_is_the_same_to_the_digit_over_workers_and_in_any_order.py::test_short[{days}]" for days in (1, 3, 5)
    ]


def test_too_little_coverage_fails_the_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    for least, status in ((75, 0), (76, 1)):
        result = ran(pytester, f"--interactor-coverage-fail-under={least}")
        assert result.ret == status
        word = "reached" if status == 0 else "FAILED: not reached"
        result.stdout.fnmatch_lines([f"path coverage 75.0 %, required {least} %: {word}"])


def test_the_report_ticks_nothing_without_evidence(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        TESTS
        + """
def test_wrong(interactor):
    interactor.start("leave", {"who": "a|b"}, namespace="a").assert_completed()
"""
    )
    result = ran(pytester, "--interactor-report=r.md", "--interactor-report=r.html", "--interactor-report=sub/r.json")
    assert result.ret == 1
    text = (pytester.path / "r.md").read_text()
    assert re.search(r"\*\*Date\*\*: \d{4}-\d\d-\d\d", text)
    assert "| Halting States | 2 |" in text
    assert "```\nask → [boss] → granted\n             ↘ refused\n```" in text
    assert re.findall(r"- \[(.)\] ([\w ]+) \(", text) == [
        ("x", "Workflow definition created"),
        ("x", "Validation passed"),
        ("x", "Version published"),
        ("x", "Instance creation tested"),
        ("x", "Resume functionality tested"),
        (" ", "All transitions verified"),
        (" ", "Webhook handlers configured"),
        (" ", "Error handling implemented"),
    ]
    assert "| Scenario | Input | Expected Path | Status |\n|----------|-------|---------------|--------|" in text
    assert "| test_long | days: 6, ok: true | ask → boss → granted | ✓ |" in text
    assert '| test_wrong | who: "a\\|b" | ask (halted) | ✗ |' in text
    page = (pytester.path / "r.html").read_text()
    assert "test_wrong" in page
    assert "<script" not in page
    (report,) = json.loads((pytester.path / "sub" / "r.json").read_text())["reports"]
    assert report["checklist"][5] == {"item": "All transitions verified", "done": False, "evidence": "3 of 4 taken"}


def test_a_test_that_fails_ticks_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        WORKFLOW
        + """
def test_wrong(interactor):
    interactor.start("leave", namespace="a").resume(days=6).resume(ok=True).assert_halted_in("ask")
"""
    )
    result = ran(pytester, "--interactor-report=r.md", "--interactor-coverage=c.json")
    assert result.ret == 1
    assert re.findall(r"- \[(.)\]", (pytester.path / "r.md").read_text()) == [" "] * 8
    assert json.loads((pytester.path / "c.json").read_text())["failed"] == [
        "test_a_test_that_fails_ticks_nothing.py::test_wrong"
    ]


def test_all_of_it_is_ticked_when_the_tests_did_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        TESTS
        + """
def test_refused(interactor, interactor_inbox):
    interactor.start("leave", namespace="a").resume(days=9).resume(ok=False).assert_completed("refused")

def test_it_breaks(interactor):
    from interactor_emulator import InvalidTransition
    interactor.load({**WORKFLOW, "states": {**WORKFLOW["states"]}})
    run = interactor.start("leave", namespace="a")
    interactor.load(WORKFLOW)
    assert run.state == "ask"
"""
    )
    result = ran(pytester, "--interactor-report=r.md", "--interactor-coverage-fail-under=100")
    assert result.ret == 0
    text = (pytester.path / "r.md").read_text()
    assert "- [x] All transitions verified (4 of 4 taken)" in text
    assert "- [x] Webhook handlers configured (1 test, first test_refused)" in text


def test_a_page_shows_the_picture_and_who_took_what(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    assert ran(pytester, "--interactor-coverage=c.html").ret == 0
    page = (pytester.path / "c.html").read_text()
    assert "<svg" in page
    assert "boss → refused</td><td>0</td><td>never" in page
    assert "ask → granted</td><td>3</td><td>test_short[1], test_short[3], test_short[5]" in page


NOTICED = (
    WORKFLOW
    + """
def test_noticed(interactor):
    interactor.start("leave", namespace="a").resume(days="many").assert_halted("boss")

def test_unused(interactor):
    interactor.http.get("https://never.example.com/x").respond(200)
    interactor.when("boss").answer(ok=True)
"""
)


def test_what_was_noticed_is_shown_at_the_end(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(NOTICED)
    result = ran(pytester)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*interactor diagnostics*",
            "form_input_mismatch: Answer in state 'ask' of instance 'inst_…': days is \"many\", not a number",
            "    in *::test_noticed",
            "unused: a stub for GET https://never.example.com/x",
            "unused: an answer to 'boss': {'ok': True}",
        ]
    )
    assert "diagnostics" not in ran(pytester, "--interactor-diagnostics", "off").stdout.str()


def test_what_was_noticed_can_be_an_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(NOTICED)
    pytester.makeini("[pytest]\ninteractor_diagnostics = error\n")
    result = ran(pytester, "-n", "2")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["the emulator noticed:", "form_input_mismatch: *"])
    result.stdout.fnmatch_lines(["unused: a stub for GET https://never.example.com/x"])
    for name, status in (("test_unused", 1), ("test_noticed", 1)):
        assert ran(pytester, "-k", name).ret == status


EXPECTED = (
    WORKFLOW
    + """
@pytest.mark.interactor(expected_diagnostics=["form_input_mismatch"])
def test_meant(interactor):
    interactor.start("leave", namespace="a").resume(days="many")

@pytest.mark.interactor(expected_diagnostics="form_input_mismatch")
def test_not_brought_about(interactor):
    interactor.start("leave", namespace="a").resume(days=1)

@pytest.mark.interactor(expected_diagnostics=["form_input_mismach"])
def test_misspelt(interactor):
    pass
"""
)


def test_what_a_test_means_to_bring_about_is_no_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(EXPECTED)
    result = ran(pytester, "--interactor-diagnostics", "error", "-n", "0")
    result.assert_outcomes(passed=2, errors=2)
    output = result.stdout.str()
    assert "no diagnostic is called 'form_input_mismach'; did you mean form_input_mismatch?" in output
    assert "unused: expected_diagnostics: form_input_mismatch" in output
    assert "days is" not in output


def test_what_one_test_needs_is_not_unused(pytester: pytest.Pytester) -> None:
    """A fixture prepares the same for all of them, and over workers too."""
    pytester.makepyfile(
        WORKFLOW
        + """
@pytest.fixture(autouse=True)
def boss(interactor):
    interactor.when("boss").answer(ok=True)

@pytest.mark.parametrize("days", [1, 2, 9])
def test_it(interactor, days):
    interactor.start("leave", namespace="a").resume(days=days).assert_completed("granted")
"""
    )
    for options in (["-p", "no:xdist"], ["-n", "3"]):
        result = ran(pytester, "--interactor-diagnostics", "error", *options)
        assert result.ret == 0, result.stdout.str()
        assert "unused: " not in result.stdout.str()


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--interactor-coverage=c.xml", "a file ends in .json or .html"),
        ("--interactor-report=r.txt", "a file ends in .md or .html or .json"),
        ("--interactor-coverage=first/test_leave.py", "put --interactor-coverage after the paths, or write"),
        ("--interactor-coverage=test_leave.py::test_x[1]", "put --interactor-coverage after the paths, or write"),
        ("--interactor-coverage=folder.md", "put --interactor-coverage after the paths, or write"),
        ("--interactor-coverage-from=none.json", "there is no file none.json"),
        ("--interactor-coverage-from=empty.json", "empty.json is no coverage file"),
        ("--interactor-report=empty.json/r.md", "empty.json is no folder"),
        ("--interactor-coverage=empty.json/deeper/c.html", "empty.json is no folder"),
        ("--interactor-report=folder.md", "it is a folder; a file is wanted"),
        ("--override-ini=interactor_diagnostics=loud", "interactor_diagnostics is warn, error or off, not loud"),
    ],
)
def test_a_wrong_option_is_told_at_once(pytester: pytest.Pytester, option: str, told: str) -> None:
    pytester.makefile(".json", empty="{}")
    pytester.mkdir("folder.md")
    result = ran(pytester, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stderr.str()


def test_a_file_that_is_no_coverage_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    pytester.makefile(".json", other="{}")
    result = ran(pytester, "--interactor-coverage-from=other.json")
    assert result.ret != 0
    assert "other.json is no coverage file" in result.stdout.str() + result.stderr.str()


def test_a_folder_with_spaces_and_importlib(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("a project of ours")
    (folder / "my definitions").mkdir()
    definition = Path(__file__).parents[2] / "examples" / "node_app" / "leave_request.json"
    (folder / "my definitions" / "leave_request.json").write_text(definition.read_text())
    (folder / "pytest.ini").write_text("[pytest]\ninteractor_definitions = my\\ definitions\n")
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.interactor(workflow='leave_request')\n"
        "def test_it(interactor, interactor_workflow):\n"
        "    interactor.start(interactor_workflow).resume(approved=True).assert_completed('granted')\n"
    )
    import os

    os.chdir(folder)
    result = ran(pytester, "--import-mode=importlib", "--interactor-definitions", "my definitions")
    result.assert_outcomes(passed=1)


def test_the_credentials_stay_good_over_all_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        WORKFLOW
        + """
import httpx

def token(env):
    fields = {"grant_type": "client_credentials", "client_id": env["INTERACTOR_CLIENT_ID"],
              "client_secret": env["INTERACTOR_CLIENT_SECRET"]}
    return httpx.post(env["INTERACTOR_AUTH_URL"] + "/oauth/token", data=fields).json()["access_token"]

@pytest.fixture(scope="session")
def first(interactor_env):
    return token(interactor_env)

@pytest.mark.parametrize("number", range(3))
def test_it(interactor, interactor_server, interactor_env, first, number):
    for each in (first, token(interactor_env)):
        answer = httpx.get(interactor_env["INTERACTOR_CORE_URL"] + "/api/v1/workflows",
                           headers={"Authorization": "Bearer " + each})
        assert [row["name"] for row in answer.json()["data"]["workflows"]] == ["leave"]
"""
    )
    ran(pytester).assert_outcomes(passed=3)


def test_nothing_of_ours_is_left(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
import gc, os, threading, pytest

@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    gc.collect()
    names = [thread.name for thread in threading.enumerate()]
    children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
    sockets = [link for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")
               and (link := os.readlink(f"/proc/self/fd/{fd}")).startswith("socket:")]
    variables = [name for name in os.environ if name.startswith("INTERACTOR")]
    print("LEFT", names, children, sockets, variables)
"""
    )
    pytester.makepyfile(
        WORKFLOW
        + """
import asyncio

def test_all(interactor, interactor_client, interactor_inbox):
    interactor.load({"name": "s", "initial_state": "a", "states": {
        "a": {"type": "action", "logic": {"type": "script", "code": "return {n: 1}"}, "transitions": [{"target": "e"}]},
        "e": {"type": "terminal"}}})
    assert interactor_client.post("/workflows/s/instances", json={"namespace": "a"}).status_code == 201
    interactor_inbox.wait_for("workflow.instance.completed")

def test_awaited(interactor):
    async def work():
        run = await interactor.aio.start("leave", namespace="a")
        await run.resume(days=1)
        await interactor.aio.advance(days=1)
    asyncio.run(work())
"""
    )
    result = ran(pytester, "-p", "no:xdist", "-s")
    result.assert_outcomes(passed=2)
    left = next(line for line in result.stdout.lines if "LEFT" in line)
    assert left[left.index("LEFT") :] == "LEFT ['MainThread'] [] [] []"


def test_states_may_have_any_name_in_the_coverage(pytester: pytest.Pytester) -> None:
    """Also one that looks like a transition of another, or like a line of the table."""
    pytester.makepyfile(
        """
        ODD = {"name": "odd", "initial_state": "ask: boss", "states": {
            "ask: boss": {"type": "halting", "transitions": [
                {"target": "a", "condition": {"field": "x: y", "equals": "true false"}}, {"target": "a#0"}]},
            "a": {"type": "halting", "transitions": [{"target": "a#0"}]},
            "a#0": {"type": "terminal"}}}

        def test_it(interactor):
            interactor.load(ODD)
            interactor.start("odd").resume({"x: y": "true false"}).assert_halted("a")
        """
    )
    result = pytester.runpytest_subprocess("--interactor-coverage", "--interactor-coverage=c.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*2/3*1/3*1/2*",
            "*state a#0 was never entered",
            "*transition ask: boss → a#0 was never taken",
            "*transition a → a#0 was never taken",
            '*condition ask: boss → a: x: y equals "true false" was never false',
        ]
    )
    again = pytester.runpytest_subprocess("--interactor-coverage-from=c.json", "--interactor-coverage=d.json")
    assert again.ret == 0
    (pytester.path / "old.json").write_text('{"percent": 1, "workflows": {}}')
    refused = pytester.runpytest_subprocess("--interactor-coverage-from=old.json")
    refused.stderr.fnmatch_lines(["*old.json is no coverage file: its format is None, and this version reads 3*"])


DIES = """
import os
from pathlib import Path

def test_dies(interactor):
    os._exit(3)
"""
SPOILS = """
from pathlib import Path

def test_spoils_the_place(interactor):
    interactor.load(WORKFLOW)
    interactor.start("leave", namespace="a")
    Path("out").write_text("no folder any more")
"""


def test_a_worker_that_died_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_lives=TESTS, test_dies=DIES)
    result = ran(pytester, "-n", "2", "--interactor-coverage", "--interactor-report=r.md")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["what the tests of worker gw? took is missing: it died before it could tell", "FAILED *test_dies*"]
    )


def test_a_file_that_cannot_be_written_in_the_end_hides_no_result(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WORKFLOW + SPOILS)
    result = ran(pytester, "--interactor-report=out/r.md", "--interactor-coverage=out/c.json", "-p", "no:xdist")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["FAILED: out/c.json could not be written: File exists", "FAILED: out/r.md could not be written: *"]
    )
    assert "written to" not in result.stdout.str()
