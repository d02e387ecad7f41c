"""A shop whose larger orders wait for a manager: Flask, SQLite, and a workflow on Interactor."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from . import database, orders, sweep, webhooks, workflow
from .interactor import Interactor

FROM_ENVIRONMENT = (
    "INTERACTOR_CORE_URL",
    "INTERACTOR_AUTH_URL",
    "INTERACTOR_CLIENT_ID",
    "INTERACTOR_CLIENT_SECRET",
    "WEBHOOK_SECRET",
    "SHOP_KEY",
)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    app = Flask(__name__)
    app.config.from_mapping(DATABASE="shop.sqlite", MANAGERS={"bo", "cy"}, PAUSES=(0.2, 1.0))
    app.config.from_mapping({name: os.environ[name] for name in FROM_ENVIRONMENT if name in os.environ})
    app.config.from_mapping(config or {})
    app.extensions["interactor"] = Interactor(
        core_url=app.config["INTERACTOR_CORE_URL"],
        auth_url=app.config["INTERACTOR_AUTH_URL"],
        client_id=app.config["INTERACTOR_CLIENT_ID"],
        client_secret=app.config["INTERACTOR_CLIENT_SECRET"],
        pauses=app.config["PAUSES"],
    )
    database.init_app(app)
    app.register_blueprint(orders.pages)
    app.register_blueprint(workflow.steps)
    app.register_blueprint(webhooks.receiver)
    app.cli.add_command(sweep.command)
    return app
