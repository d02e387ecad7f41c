"""Settings from files and the environment, below what the command line says."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
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


def refused(folder: Path, *arguments: str, **environment: str) -> str:
    command = [*COMMAND, *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )
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


CLIENT = "[[clients]]\nclient_id = 'a'\nclient_secret = 'b'\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("frezee = true", "unknown setting frezee; did you mean freeze?"),
        ("now = ", "interactor.toml:1:7: not valid TOML"),
        ("seed = 1\nseed = 2", "interactor.toml:2:9: not valid TOML: Cannot overwrite a value"),
        ("seed = [1]", "interactor.toml: setting seed takes one value"),
        ("seed = 'seven'", "interactor.toml: seed: 'seven' is not a valid integer"),
        ("seed = true", "interactor.toml: seed: 'true' is not a valid integer"),
        ("port = 87.5", "interactor.toml: port: '87.5' is not a valid integer"),
        ("port = 70000", "interactor.toml: port: 70000 is not in the range"),
        ("execution = 'later'", "interactor.toml: execution: 'later' is not one of"),
        ("now = 'soon'", "interactor.toml: now takes an ISO 8601 time"),
        ("route = 'foo'", "interactor.toml: route takes ORIGIN=URL, not 'foo'"),
        ("secret = ['hush']", "interactor.toml: secret takes NAME=VALUE (interactor-emulator serve --help)\n"),
        ("clients = 'app'", "interactor.toml: setting clients: each is a table, [[clients]]"),
        ("[[clients]]\nclient_id = 'a'", "each needs client_id and client_secret"),
        (f"{CLIENT}scops = ['all']", "interactor.toml: setting clients: unknown member scops; did you mean scopes?"),
        (f"{CLIENT}scopes = ['workflow:read']", "unknown scope workflow:read; did you mean workflows:read?"),
        (f"{CLIENT}scopes = 'workflows:read'", "setting clients: scopes is a list"),
        (f"{CLIENT}namespaces = [1]", "setting clients: namespaces is a list"),
    ],
)
def test_a_wrong_file_is_told_with_its_name_and_the_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "interactor.toml").write_text(text)
    assert told in refused(tmp_path)


def test_a_wrong_table_of_the_project_s_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.interactor-emulator]\nsede = 7\n")
    assert "pyproject.toml: unknown setting sede; did you mean seed?" in refused(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "INTERACTOR_EMULATOR_SEDE",
            "7",
            "variable INTERACTOR_EMULATOR_SEDE; did you mean INTERACTOR_EMULATOR_SEED?",
        ),
        ("INTERACTOR_EMULATOR_SECRET", "A=b", "; did you mean INTERACTOR_EMULATOR_SECRETS?"),
        ("INTERACTOR_EMULATOR_SEED", "seven", "INTERACTOR_EMULATOR_SEED: 'seven' is not a valid integer"),
        ("INTERACTOR_EMULATOR_NOW", "soon", "INTERACTOR_EMULATOR_NOW takes an ISO 8601 time"),
        ("INTERACTOR_EMULATOR_ROUTES", "foo", "INTERACTOR_EMULATOR_ROUTES takes ORIGIN=URL, not 'foo'"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(tmp_path: Path, name: str, value: str, told: str) -> None:
    assert told in refused(tmp_path, **{name: value})


def test_a_variable_of_another_command_is_none_of_ours(tmp_path: Path) -> None:
    command = [COMMAND[0], "exec", "--", "true"]
    others = {"PORT": "1234", "LOG_LEVEL": "info", "MAX_MUTANTS": "3"}
    environment = {**os.environ, **{f"INTERACTOR_EMULATOR_{name}": value for name, value in others.items()}}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60)
    assert done.returncode == 0, done


def test_a_mark_in_front_of_a_file_is_skipped_and_a_time_may_be_one_of_toml(tmp_path: Path) -> None:
    (tmp_path / "interactor.toml").write_text("now = 2030-01-01T00:00:00Z\nfreeze = true\n", "utf-8-sig")
    with serving(tmp_path) as url:
        assert now(url) == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda _file: None, "interactor-emulator: mine.toml: no such file\n"),
        (lambda file: file.mkdir(), "interactor-emulator: mine.toml: is a directory\n"),
        (lambda file: file.write_bytes(b"seed = 1 # \xff"), "interactor-emulator: mine.toml:1:12: not UTF-8\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    make(tmp_path / "mine.toml")
    assert refused(tmp_path, "--config", "mine.toml") == told


VARIANTS = """
[variants]
answers = "whole"
array-contains = false
validation_status = 422
"""


def test_variants_come_from_every_place(tmp_path: Path) -> None:
    (tmp_path / "interactor.toml").write_text(VARIANTS)
    with serving(tmp_path) as url:
        found = httpx.get(f"{url}/_emulator/variants").json()
    chosen = {"answers": "whole", "array_contains": "false", "validation_status": "422"}
    assert {name: found[name] for name in chosen} == chosen
    with serving(tmp_path, "--variant", "lists=bare", "--variant", "thread-rows=whole") as url:
        found = httpx.get(f"{url}/_emulator/variants").json()
    assert (found["lists"], found["thread_rows"], found["answers"]) == ("bare", "whole", "short")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--variant", "answer=whole"), "--variant: unknown variant 'answer'; did you mean answers?"),
        (("--variant", "answers=long"), "--variant: variant answers is short or whole, not 'long'"),
        (("--variant", "answers"), "--variant takes NAME=VALUE"),
    ],
)
def test_a_variant_that_there_is_not_is_told(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in refused(tmp_path, *arguments)
    (tmp_path / "interactor.toml").write_text('[variants]\nanswers = "long"\n')
    assert "interactor.toml" in (said := refused(tmp_path))
    assert "variant answers is short or whole, not 'long'" in said
