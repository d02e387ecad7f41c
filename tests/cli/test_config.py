"""Settings from files and the environment, below what the command line says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "serve"]


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """The server's address."""
    command = [*COMMAND, "--port", "0", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


def refused(folder: Path, *arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    return done.stderr


def now(url: str) -> str:
    return str(httpx.get(f"{url}/_emulator/clock").json()["now"])


OWN = """
now = "2030-01-01T00:00:00Z"
freeze = true
secret = {API_KEY = "key-12345"}

[[clients]]
client_id = "app"
client_secret = "app-secret"
scopes = ["workflows:read"]
namespaces = ["user_1"]
"""


def test_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "interactor.toml").write_text(OWN)
    with serving(tmp_path) as url:
        assert now(url) == "2030-01-01T00:00:00Z"
        assert httpx.get(f"{url}/_emulator/secrets").json() == {"names": ["API_KEY"]}
        asked = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "app-secret"}
        assert httpx.post(f"{url}/oauth/token", json=asked).json()["scope"] == "workflows:read"


def test_a_table_of_the_project_s_file(tmp_path: Path) -> None:
    settings = 'now = "2031-01-01T00:00:00Z"\nfreeze = true\n'
    (tmp_path / "pyproject.toml").write_text(f"[tool.interactor-emulator]\n{settings}")
    with serving(tmp_path) as url:
        assert now(url) == "2031-01-01T00:00:00Z"


def test_the_environment_goes_before_files_and_the_command_line_before_both(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('now = "2030-01-01T00:00:00Z"\nfreeze = true\n')
    given = ["--config", "mine.toml"]
    with serving(tmp_path, *given, INTERACTOR_EMULATOR_NOW="2032-01-01T00:00:00Z") as url:
        assert now(url) == "2032-01-01T00:00:00Z"
    given += ["--now", "2033-01-01T00:00:00Z"]
    with serving(tmp_path, *given, INTERACTOR_EMULATOR_NOW="2032-01-01T00:00:00Z") as url:
        assert now(url) == "2033-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("frezee = true", "unknown setting frezee; did you mean freeze?"),
        ("now = ", "interactor.toml: not valid TOML"),
        ("seed = [1]", "setting seed takes one value"),
        ("seed = 'x'", "is not a valid integer"),
        ("[[clients]]\nclient_id = 'a'", "each needs client_id and client_secret"),
        ("[[clients]]\nclient_id = 'a'\nclient_secret = 'b'\nscopes = ['all']", "unknown scope all"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "interactor.toml").write_text(text)
    assert told in refused(tmp_path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "nope.toml" in refused(tmp_path, "--config", "nope.toml")
