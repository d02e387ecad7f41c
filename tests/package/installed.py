"""The wheel in a folder, installed where nothing else is, does what it does here: alone, and with `[pytest]`.

`python -m tests.package.installed dist`, as `make package` does. Ends at the first command that does something else.
"""

import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
UV = str(Path(sys.executable).with_name("uv"))
FIXTURES = "import interactor_fixtures; print(interactor_fixtures.__path__[0])"
FIRST_TEST = """
def test_an_approved_purchase_is_paid(interactor):
    interactor.load({
        "name": "purchase",
        "initial_state": "ask",
        "states": {
            "ask": {"type": "halting", "transitions": [{"target": "paid"}]},
            "paid": {"type": "terminal"},
        },
    })
    interactor.start("purchase").resume(approved=True).assert_completed("paid").assert_path("ask", "paid")
"""


class Place:
    """An environment with nothing but what was asked for, and an empty folder that its commands are run in."""

    def __init__(self, folder: Path, wanted: str) -> None:
        self.folder = folder / "empty"
        self.folder.mkdir(parents=True)
        self._bin = folder / "environment" / "bin"
        here = str(self._bin.parent)
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, here], check=True)
        install = [UV, "pip", "install", "--quiet", "--python", here, "--constraints", str(CONSTRAINTS), wanted]
        subprocess.run(install, check=True)

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start one of its commands, with an environment that says no more than where to look for programs."""
        environment = {"PATH": f"{self._bin}{os.pathsep}{os.defpath}", "HOME": str(self.folder)}
        return subprocess.Popen(
            [str(self._bin / command[0]), *command[1:]],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def says(self, expected: str, *command: str) -> str:
        """What a command prints, which has `expected` in it; it must end well."""
        process = self.start(*command)
        try:
            printed, _ = process.communicate()
        finally:
            process.terminate()
        if process.returncode or expected not in printed:
            sys.exit(f"{' '.join(command)}: exit {process.returncode}, wanted {expected!r}, printed\n{printed}")
        return printed


def alone(place: Place) -> None:
    """The commands, without pytest."""
    fixtures = Path(place.says("interactor_fixtures", "python", "-c", FIXTURES).strip())
    definition = str(fixtures / "definitions" / "purchase_approval.json")
    place.says("interactor-emulator, version ", "interactor-emulator", "--version")
    place.says("0 errors", "interactor-emulator", "validate", definition)
    place.says("manager_approval", "interactor-emulator", "run", definition, "--input", '{"amount": 15000}')
    place.says("<svg", "interactor-emulator", "graph", definition, "--format", "svg")
    server = place.start("interactor-emulator", "serve", "--port", "0", "--definitions", definition)
    assert server.stdout is not None
    try:
        answers(server.stdout.readline().split()[-1])
    except (OSError, ValueError, IndexError) as error:
        server.terminate()
        sys.exit(f"serve: {error}, printed\n{server.stdout.read()}")
    finally:
        server.terminate()
        server.wait()


def answers(base: str) -> None:
    """The server's own pages: what it knows, what it is drawn with, and what it says of itself."""
    for path in ("health", "", "openapi.json"):
        with urllib.request.urlopen(f"{base}/_emulator/{path}") as answer:
            answer.read()


def with_pytest(place: Place) -> None:
    """A first test, in a folder that has nothing else in it."""
    (place.folder / "test_first.py").write_text(FIRST_TEST, "utf-8")
    place.says("1 passed", "pytest", "-q")


if __name__ == "__main__":
    # Who ends `make package` leaves nothing running: what was begun is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    (wheel,) = Path(sys.argv[1]).resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as made:
        alone(Place(Path(made, "alone"), str(wheel)))
        with_pytest(Place(Path(made, "pytest"), f"{wheel}[pytest]"))
    print(f"{wheel.name} runs where nothing else is, alone and with [pytest].")
