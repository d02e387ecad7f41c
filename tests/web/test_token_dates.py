"""By which clock tokens are dated: the emulator's, or the wall's, for an app that checks them itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import freezegun
import httpx
import jwt
import pytest
from interactor_emulator import Emulator

LATER = datetime(2031, 5, 1, tzinfo=UTC)


def checked_by_the_app(token: str) -> dict[str, Any]:
    """As an app does that trusts the key: PyJWT looks at the wall clock."""
    return jwt.decode(token, options={"verify_signature": False, "verify_exp": True, "verify_iat": True})


def given_over_http(emulator: Emulator) -> str:
    with emulator.serve() as server:
        body = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
        return str(httpx.post(f"{server.url}/oauth/token", json=body).json()["access_token"])


@pytest.mark.parametrize("make", [Emulator.token, given_over_http])
@pytest.mark.parametrize("now", ["2026-01-20T12:00:00Z", "2090-01-01T00:00:00Z"])
def test_a_token_that_is_dated_by_the_wall_clock_is_good_for_an_app_that_checks_it(now: str, make: Any) -> None:
    token = make(Emulator(now=now, token_timestamps="wall"))
    assert checked_by_the_app(token)["client_id"] == "client_dev"
    with pytest.raises((jwt.ExpiredSignatureError, jwt.ImmatureSignatureError)):
        checked_by_the_app(make(Emulator(now=now)))


@pytest.mark.interactor(token_timestamps="wall")
def test_it_outlives_a_journey_of_the_emulator_and_ends_with_an_hour_of_the_wall(
    interactor: Emulator, interactor_server: Any, interactor_client: httpx.Client
) -> None:
    """The plugin's own client renews its token then."""
    with freezegun.freeze_time(LATER) as wall:
        headers = {"Authorization": f"Bearer {interactor.token()}"}
        interactor.clock.advance(days=30)
        for hour, status in ((0, 200), (1, 401)):
            wall.move_to(LATER + timedelta(hours=hour))
            assert httpx.get(f"{interactor_server.api_url}/workflows", headers=headers).status_code == status
            assert interactor_client.get("/workflows").status_code == 200


def test_a_clock_that_there_is_not_is_refused() -> None:
    wrong: Any = "wal"
    with pytest.raises(ValueError, match="token_timestamps is wall or virtual, not 'wal'"):
        Emulator(token_timestamps=wrong)
    with pytest.raises(ValueError, match="webhook_timestamps is wall or virtual, not 'wal'"):
        Emulator(webhook_timestamps=wrong)
