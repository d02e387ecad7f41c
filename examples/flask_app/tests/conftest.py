"""The shop as in production, but for its database, which is new for each test, and for the service, which is here."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from interactor_emulator import Emulator
from shop import create_app, database

DEFINITION = Path(__file__).parents[1] / "definitions" / "order.json"


@pytest.fixture
def app(interactor: Emulator, interactor_env: dict[str, str], tmp_path: Path) -> Flask:
    app = create_app(
        {
            **interactor_env,
            "TESTING": True,
            "DATABASE": tmp_path / "shop.sqlite",
            "PAUSES": (0, 0),
            "SHOP_KEY": "key-of-the-shop",
            "WEBHOOK_SECRET": "whsec_for_the_tests_of_this_shop",
        }
    )
    app.test_cli_runner().invoke(args=["init-db"], catch_exceptions=False)
    interactor.secrets["SHOP_KEY"] = "key-of-the-shop"
    interactor.routes = {"https://shop.example.com": app}
    interactor.load(DEFINITION)
    return app


@pytest.fixture
def webhooks(interactor: Emulator, app: Flask) -> None:
    interactor.webhooks.subscribe(app, secret=app.config["WEBHOOK_SECRET"], path="/webhooks/interactor")


@pytest.fixture
def browser(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which this person is logged in."""

    def logged_in(name: str) -> FlaskClient:
        client = app.test_client()
        client.environ_base["REMOTE_USER"] = name
        return client

    return logged_in


@pytest.fixture
def stock(app: Flask) -> Callable[[str], int]:
    """How many of an item are left."""

    def left(item: str) -> int:
        with app.app_context():
            row = database.connection().execute("SELECT stock FROM items WHERE name = ?", (item,)).fetchone()
            return int(row["stock"])

    return left


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[str]]:
    """Who was written to."""

    def recipients() -> list[str]:
        with app.app_context():
            return [row["recipient"] for row in database.connection().execute("SELECT * FROM mails")]

    return recipients


@pytest.fixture
def sweep(app: Flask) -> Callable[[], None]:
    """`flask sweep`, in a process that knows nothing but the database, as cron starts it."""

    def swept() -> None:
        result = create_app(app.config).test_cli_runner().invoke(args=["sweep"], catch_exceptions=False)
        assert (result.exit_code, result.stderr) == (0, "")

    return swept
