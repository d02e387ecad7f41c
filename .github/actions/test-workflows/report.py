"""Runs a project's tests with a server of their own, compares its definitions with a base, and writes Markdown.

`python report.py EMULATOR`, in the project's folder; all else comes by the environment, as action.yml names it. Ends
with the status of the tests, or of their gate. What comes from the project (names of files, definitions, what a program
prints) stands in code of its own and cannot end it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# What a comment may have, less than the 65,536 that a forge takes.
MOST_CHARACTERS = 60_000
Printed = subprocess.CompletedProcess[str]


def main(emulator: str) -> int:
    status, ran = run(emulator)
    parts = [*compared(emulator), *ran, *report()]
    mark = re.sub(r"[^\w./-]", "_", os.environ.get("NAME", "."))
    text = "\n\n".join([f"<!-- interactor-emulator: {mark} -->", *(parts or ["No definition is changed."])])
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}\n\nThe rest is cut off: it is too long for a comment."
    Path(os.environ["MARKDOWN"]).write_text(f"{text}\n", "utf-8")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    return status


# ---- the tests


def run(emulator: str) -> tuple[int, list[str]]:
    """The status of the command, and what is to be told of it; what it prints is in the log."""
    command = os.environ.get("COMMAND", "")
    if not command.strip():
        return 0, []
    definitions = [part for each in lines("DEFINITIONS") for part in ("--definitions", each)]
    gates = [part for each in lines("COVERAGE_FAIL_UNDER") for part in ("--coverage-fail-under", each)]
    told = ["exec", *definitions, *gates, "--format", "json", "--", "bash", "-euo", "pipefail", "-c", command]
    done = subprocess.run([emulator, *told], stdout=subprocess.PIPE, text=True)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return done.returncode or 1, ["### Tests\n\n❌ They could not be run; the log says why."]
    return done.returncode, ["\n\n".join(["### Tests", *_of_tests(found, done.returncode)])]


def _of_tests(found: dict[str, Any], status: int) -> Iterator[str]:
    yield "✅ All is well." if status == 0 else f"❌ They ended with status {found['status']}."
    for gate in found["gates"]:
        where = code(gate["workflow"]) if gate["workflow"] else "all workflows"
        have = "no test ran it" if gate["percent"] is None else f"{gate['percent']} %"
        yield f"{'✅' if gate['reached'] else '❌'} Path coverage of {where}: {have}, required {gate['required']} %."
    if found["table"]:
        yield block("\n".join(found["table"]))
    if found["diagnostics"]:
        yield block("\n".join(f"{each['code']} ×{each['count']}: {each['message']}" for each in found["diagnostics"]))


def report() -> Iterator[str]:
    """What the tests have written themselves, in Markdown."""
    path = os.environ.get("REPORT", "")
    if path and Path(path).is_file():
        yield f"<details><summary>Report</summary>\n\n{Path(path).read_text('utf-8')}\n\n</details>"


# ---- the definitions


def compared(emulator: str) -> Iterator[str]:
    """A part for each definition that is another one than in the base."""
    base = os.environ.get("BASE", "")
    if not base:
        return
    if git("cat-file", "-e", f"{base}^{{commit}}").returncode:
        git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", base)
    listed = git("diff", "--name-only", "-z", "--no-renames", "--relative", base, "--", *lines("DEFINITIONS"))
    if listed.returncode:
        yield f"### Definitions\n\nThey could not be compared with {code(base)}:\n\n{block(listed.stderr)}"
        return
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        if name.endswith(".json") and not name.endswith(".scenario.json"):
            yield f"### {code(name)}\n\n{_change(emulator, base, name)}"


def _change(emulator: str, base: str, name: str) -> str:
    if not Path(name).exists():
        return "Is removed."
    before = git("show", f"{base}:./{name}")
    if before.returncode:
        return "Is new."
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder, "before.json")
        old.write_text(before.stdout, "utf-8")
        seconds = os.environ.get("COMPARE_SECONDS") or "20"
        told = ["compare", str(old), str(Path(name).resolve()), "--format", "github", "--seconds", seconds]
        done = subprocess.run([emulator, *told], capture_output=True, text=True)
    # Its Markdown is escaped where it is made.
    return done.stdout if done.returncode in (0, 1) else f"Cannot be compared:\n\n{block(done.stderr)}"


def git(*arguments: str) -> Printed:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, errors="replace")


def lines(name: str) -> list[str]:
    """What an input says, a line each."""
    return [each.strip() for each in os.environ.get(name, "").splitlines() if each.strip()]


# ---- Markdown


def code(text: str) -> str:
    """In a line, as it is: every character that Markdown or HTML could take for its own is told by its number."""
    shown = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    return f"<code>{re.sub(r'[^A-Za-z0-9 ]', lambda found: f'&#{ord(found[0])};', shown)}</code>"


def block(text: str) -> str:
    """Lines as they are, in a fence that is longer than any within them."""
    fence = "`" * max(3, *(len(found) + 1 for found in re.findall("`+", text)), 3)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
