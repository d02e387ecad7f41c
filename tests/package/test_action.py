"""What the GitHub Action runs, in a repository of its own: all but GitHub."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, which
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from tests.leaving_out import leave_out

ROOT = Path(__file__).parent.parent.parent
ACTION = ROOT / ".github" / "actions" / "test-workflows"
EXAMPLE = ROOT / "examples" / "github_workflow"
EMULATOR = str(Path(sys.executable).with_name("interactor-emulator"))
HOSTILE = "x|y`@octocat <!-- --> </details> ${{ secrets.A }}\n# h [a](http://e)"
DEFAULTS = {"DEFINITIONS": "definitions", "COMPARE_SECONDS": "3", "NAME": "."}


def git(folder: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *settings, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example, committed; what is changed in it after that is the pull request's."""
    folder = tmp_path / "project"
    copytree(EXAMPLE, folder)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def change(folder: Path, by: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "definitions" / "leave.json"
    definition = json.loads(file.read_text())
    by(definition)
    file.write_text(json.dumps(definition))


def said(folder: Path, **inputs: str) -> tuple[int, str]:
    """The status of the action's step, and the Markdown of its comment."""
    markdown, summary = folder.parent / "said.md", folder.parent / "summary.md"
    base = git(folder, "rev-list", "--max-parents=0", "HEAD")
    told = {**os.environ, "BASE": base, "MARKDOWN": str(markdown), "GITHUB_STEP_SUMMARY": str(summary), **DEFAULTS}
    done = subprocess.run([sys.executable, str(ACTION / "report.py"), EMULATOR], cwd=folder, env={**told, **inputs})
    assert summary.read_text().endswith(markdown.read_text())
    return done.returncode, markdown.read_text()


def test_a_changed_definition_is_told_with_the_case_that_shows_it(project: Path) -> None:
    change(project, lambda found: found["states"]["ask"]["transitions"][0]["condition"].update(value=5))
    (project / "definitions" / "sick.json").write_text("{}")
    commit(project)
    status, text = said(project)
    assert status == 0
    assert '| path, `ask` | `await_manager` | `granted` | `input {"days":3}`' in text
    assert re.search(r"sick.*\n\nIs new\.", text)


def test_tests_and_their_coverage_are_told_and_the_gate_fails(project: Path) -> None:
    ask = 'curl -sf -o /dev/null $INTERACTOR_CORE_URL/api/v1/workflows/leave/instances -H "Authorization: Bearer '
    command = ask + '$INTERACTOR_TOKEN" -H \'Content-Type: application/json\' -d \'{"input": {"days": 1}}\''
    status, text = said(project, COMMAND=command, COVERAGE_FAIL_UNDER="20\nleave=90")
    assert status == 1
    assert "❌ Path coverage of <code>leave</code>: " in text
    assert "✅ Path coverage of all workflows: " in text
    assert "state await_manager was never entered" in text


def test_the_status_of_the_tests_is_the_steps(project: Path) -> None:
    status, text = said(project, COMMAND="exit 7")
    assert status == 7
    assert "❌ They ended with status 7." in text


def test_tests_that_cannot_be_run_are_told(project: Path) -> None:
    status, text = said(project, COMMAND="true", DEFINITIONS="nowhere")
    assert status == 2
    assert "❌ They could not be run; the log says why." in text


def test_nothing_hostile_ends_what_it_stands_in(project: Path) -> None:
    """Neither a file's name, nor a state, a field, a value or what a program prints: as Markdown they are code."""

    def spoil(found: dict[str, Any]) -> None:
        condition = {"field": HOSTILE, "operator": "equals", "value": HOSTILE}
        found["states"]["ask"]["transitions"].insert(0, {"target": HOSTILE, "condition": condition})
        found["states"][HOSTILE] = {"type": "terminal"}

    change(project, spoil)
    (project / "definitions" / f"{HOSTILE.replace('/', '')}.json").write_text("{")
    commit(project)
    (project / "definitions" / f"{HOSTILE.replace('/', '')}.json").write_text("{ }")
    status, text = said(project, COMMAND="true", DEFINITIONS="definitions/leave.json\ndefinitions")
    assert status != 0  # one of them is none
    _, alone = said(project, COMMAND="true", DEFINITIONS="definitions/leave.json")
    for markdown in (text, alone):
        shown = MarkdownIt("commonmark").enable("table").render(markdown)
        outside = re.sub(r"<code[^>]*>.*?</code>", "", shown.split("\n", 1)[1], flags=re.S)
        assert "octocat" in shown
        assert [word for word in ("octocat", "<!--", "secrets", "http://e", "href") if word in outside] == []
        assert shown.count("<details") == shown.count("</details>")


def test_a_definition_that_cannot_be_compared_says_why(project: Path) -> None:
    (project / "definitions" / "leave.json").write_text("{")
    commit(project)
    status, text = said(project)
    assert status == 0
    assert "Cannot be compared:\n\n```text\ninteractor-emulator: " in text


def test_a_base_that_is_not_there_is_told(project: Path) -> None:
    status, text = said(project, BASE="0" * 40)
    assert status == 0
    assert "They could not be compared with <code>000" in text


def test_nothing_changed_is_said_too(project: Path) -> None:
    assert said(project)[1].endswith("-->\n\nNo definition is changed.\n")


def test_what_the_tests_have_written_is_shown(project: Path) -> None:
    (project / "report.md").write_text("# Workflow Implementation Report\n")
    assert "<details><summary>Report</summary>\n\n# Workflow Implementation" in said(project, REPORT="report.md")[1]


def test_the_example_passes_as_its_workflow_says(project: Path) -> None:
    if which("node") is None:
        leave_out("there is no Node here", "install Node 20")
    (job,) = yaml.safe_load((EXAMPLE / ".github/workflows/interactor.yml").read_text())["jobs"].values()
    [told] = [step["with"] for step in job["steps"] if "command" in step.get("with", {})]
    status, text = said(project, COMMAND=told["command"], COVERAGE_FAIL_UNDER=str(told["coverage-fail-under"]))
    assert status == 0
    assert "✅ Path coverage of all workflows: 100.0 %, required 100" in text


COMMENTS = """
const calls = []
const rest = { issues: {
  listComments: "list",
  createComment: async (told) => { if (process.env.FORK) throw new Error("no"); calls.push(["create", told.body]) },
  updateComment: async (told) => { calls.push(["update", told.comment_id]) },
} }
const github = { rest, paginate: async () => JSON.parse(process.env.THERE) }
const context = { repo: { owner: "o", repo: "r" }, issue: { number: 5 } }
const core = { warning: (text) => calls.push(["warning", text]) }
require(process.env.ACTION)({ github, context, core }).then(() => console.log(JSON.stringify(calls)))
"""


def commented(tmp_path: Path, there: list[object], **environment: str) -> list[list[object]]:
    if which("node") is None:
        leave_out("there is no Node here", "install Node 20")
    (tmp_path / "said.md").write_text("<!-- interactor-emulator: . -->\n\nHello\n")
    told = {"MARKDOWN": str(tmp_path / "said.md"), "ACTION": str(ACTION / "comment.cjs"), "THERE": json.dumps(there)}
    node = ["node", "-e", COMMENTS]
    done = subprocess.run(node, env={**os.environ, **told, **environment}, capture_output=True, text=True, check=True)
    calls: list[list[object]] = json.loads(done.stdout)
    return calls


def test_there_is_one_comment_which_is_kept_up_to_date(tmp_path: Path) -> None:
    ours = {"id": 3, "user": {"type": "Bot"}, "body": "<!-- interactor-emulator: . -->\n\nBefore"}
    others = [{"id": 1, "user": {"type": "User"}, "body": ours["body"]}, {"id": 2, "user": None, "body": None}]
    assert [call[0] for call in commented(tmp_path, others)] == ["create"]
    assert commented(tmp_path, [*others, ours]) == [["update", 3]]


def test_a_fork_may_not_comment_and_fails_nothing(tmp_path: Path) -> None:
    ((kind, text),) = commented(tmp_path, [], FORK="1")
    assert kind == "warning"
    assert "pull-requests: write" in str(text)


@pytest.mark.parametrize("file", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_no_script_has_an_expression_in_it(file: Path) -> None:
    """What somebody else has written comes by the environment only."""
    document = yaml.safe_load(file.read_text("utf-8"))
    jobs = document.get("jobs", {"": document.get("runs")})
    steps = [step for job in jobs.values() for step in job["steps"]]
    scripts = [step.get("run") or step.get("with", {}).get("script", "") for step in steps]
    assert [script for script in scripts if "${{" in script] == []
    assert any(scripts)


def test_what_the_step_is_given_is_what_the_script_reads() -> None:
    (step,) = [each for each in yaml.safe_load((ACTION / "action.yml").read_text())["runs"]["steps"] if "id" in each][
        1:
    ]
    read = set(re.findall(r'(?:environ\.get\(|environ\[|lines\()"(\w+)"', (ACTION / "report.py").read_text()))
    assert read == {*step["env"], "MARKDOWN", "GITHUB_STEP_SUMMARY"} - {"ACTION"}
