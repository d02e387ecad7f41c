"""The projects in which the plugin is tried load it, and xdist, and nothing else that is installed here.

To load all of it takes three times as long as most of them run.
"""

import pytest


@pytest.fixture(autouse=True)
def few_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """For every project that a test starts; one that needs more has it from `every_plugin`."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_interactor.plugin,xdist.plugin")


@pytest.fixture
def every_plugin(few_plugins: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at a user's: found by its entry point, beside whatever else there is."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_PLUGINS")
