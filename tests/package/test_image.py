"""The image, as far as it can be tried without a container engine: what its lines say is done here."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
FINAL = (ROOT / "Dockerfile").read_text("utf-8").split("\nFROM ")[-1]
SETTINGS = dict(re.findall(r"^ENV (INTERACTOR_\w+)=(.*)$", FINAL, re.M))


def told(word: str) -> list[str]:
    """What an instruction of the image is given, as an array."""
    (found,) = re.findall(rf"^{word} [^\\[]*(\[.*\])$", FINAL, re.M)
    words: list[str] = json.loads(found)
    return [str(BIN / words[0]), *words[1:]]


def command() -> list[str]:
    return [*told("ENTRYPOINT"), *json.loads(re.findall(r"^CMD (.*)$", FINAL, re.M)[0])]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator["tuple[subprocess.Popen[str], dict[str, str]]"]:
    """What runs in the container, at a free port: the process, and what was printed before its token."""
    environment = {"PATH": os.environ["PATH"], **SETTINGS, "INTERACTOR_EMULATOR_PORT": "0"}
    with subprocess.Popen(command(), cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().rsplit(":", 1)[-1].strip()
        yield server, {**environment, "INTERACTOR_EMULATOR_PORT": port}
        server.terminate()


def test_the_server_is_healthy_until_it_ends(serving: "tuple[subprocess.Popen[str], dict[str, str]]") -> None:
    server, environment = serving
    assert subprocess.run(told("HEALTHCHECK"), env=environment).returncode == 0
    server.terminate()
    server.wait()
    assert subprocess.run(told("HEALTHCHECK"), env=environment, stderr=subprocess.DEVNULL).returncode != 0


def test_it_listens_where_others_than_the_container_can_reach_it(
    serving: "tuple[subprocess.Popen[str], dict[str, str]]",
) -> None:
    """At 127.0.0.2, say, where one that listens at 127.0.0.1 does not answer; what it prints is a client's address."""
    server, environment = serving
    assert server.stdout is not None
    port = environment["INTERACTOR_EMULATOR_PORT"]
    assert server.stdout.readline() == f"INTERACTOR_CORE_URL=http://127.0.0.1:{port}\n"
    assert httpx.get(f"http://127.0.0.2:{port}/_emulator/health").status_code == 200


def test_all_that_the_wheel_is_made_of_is_sent_to_the_engine_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert [name for name in sent if not (ROOT / name).exists()] == []
    packages = re.findall(r'"(\w+)/\w+"', (ROOT / "pyproject.toml").read_text("utf-8").split("\npackages = ")[1])[:3]
    assert sent >= {*packages, "pyproject.toml", "README.md", "LICENSE", "constraints.txt"}
