"""Whichever variants a server has, the probes find them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.contract.calibration import Calibration, calibrate
from interactor_emulator.contract.probes import PROBES
from interactor_emulator.contract.probing import Probing
from interactor_emulator.contract.receiver import Receiver
from interactor_emulator.contract.service import Service
from interactor_emulator.variants import VARIANTS

COMMAND = str(Path(sys.executable).parent / "interactor-emulator")
COMBINATIONS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VARIANTS.items()})


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with Emulator(loopback_egress=True).serve() as running:
        yield running


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


class Unseen(httpx.HTTPTransport):
    """The network, without the suite's own look at every answer: the description is that of the defaults."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["otherwise"] = True
        return super().handle_request(request)


def calibrated(url: str, receiver: Receiver | None, variants: dict[str, str], *, control: bool = True) -> Calibration:
    service = Service(url, transport=Unseen())
    account = service.account_of_its_own({"variants": variants})
    try:
        return calibrate(Probing(service, account, "x", receiver, control=control, slow=False))
    finally:
        service.remove(account.name)
        service.close()


def test_every_variant_has_a_probe() -> None:
    assert set(PROBES) == set(VARIANTS)


@pytest.mark.unmeasured
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(COMBINATIONS)
def test_any_combination_is_found(server: Any, receiver: Receiver, combination: dict[str, str]) -> None:
    found = calibrated(server.url, receiver, combination)
    assert found.untold == {}
    assert found.found == combination


def test_what_no_probe_could_tell_is_said_with_its_reason(server: Any) -> None:
    found = calibrated(server.url, None, {}, control=False)
    reachable = "the server cannot reach this machine: --receiver PUBLIC_URL"
    assert set(found.untold.values()) == {reachable}
    assert set(found.untold) == {
        "ttl_event",
        "on_enter",
        "http_timeout",
        "http_retry",
        "webhook_refusals",
        "webhook_signature",
    }
    assert found.found == {name: values[0] for name, values in VARIANTS.items() if name not in found.untold}
    assert f"# ttl_event: no probe could tell ({reachable}); cancelled is the default" in found.toml()


def test_what_takes_long_is_asked_only_where_it_may(server: Any, receiver: Receiver) -> None:
    found = calibrated(server.url, receiver, {}, control=False)
    assert found.untold == {
        "http_timeout": "takes two seconds of wall time: --slow",
        "webhook_refusals": "takes half a minute of wall time: --slow",
        "ttl_event": "needs a clock that can be moved: the emulator's /_emulator",
    }


def test_the_settings_that_are_written_make_the_emulator_do_the_same(tmp_path: Path) -> None:
    """A server with other values, calibrated; another one with the file that was written, calibrated again."""
    changed = {"lists": "bare", "user_key": "user_ref", "answers": "whole", "array_contains": "false"}
    files = [tmp_path / "first.toml", tmp_path / "second.toml"]
    given = [[f"--variant={name}={value}" for name, value in changed.items()], ["--config", str(files[0])]]
    for file, options in zip(files, given, strict=True):
        inner = [COMMAND, "contract", "--calibrate", str(file)]
        done = subprocess.run(
            [COMMAND, "exec", *options, "--", *inner], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert "other than by default: user_key = user_ref, lists = bare, answers = whole" in done.stdout
    before, after = ([line for line in file.read_text("utf-8").splitlines() if line[0] != "#"] for file in files)
    assert before == after
