"""Nobody's import breaks: names at the top, and old paths for one release."""

import importlib
import sys
import warnings

import interactor_emulator
import pytest
from interactor_emulator.moved import MOVED


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_gives_the_new_module_with_a_warning(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"interactor_emulator.{old}", raising=False)
    new = f"interactor_emulator.{MOVED[old]}"
    with warnings.catch_warnings(record=True) as told:  # an old folder has a warning of its own
        warnings.simplefilter("always")
        module = importlib.import_module(f"interactor_emulator.{old}")
    assert f"interactor_emulator.{old} has moved to {new}" in [str(each.message) for each in told]
    assert {each.category for each in told} == {DeprecationWarning}
    assert module is importlib.import_module(new)
    assert module.__spec__ is not None
    assert module.__spec__.name == new


def test_what_stood_in_the_file_of_the_account_is_still_there() -> None:
    with pytest.warns(
        DeprecationWarning, match=r"account\.Settings has moved to interactor_emulator\.account\.settings"
    ):
        from interactor_emulator.account import Settings
    assert Settings().name == "default"


def test_what_the_readme_and_the_examples_name_is_at_the_top() -> None:
    for name in ("certify", "Server", "Inbox", "Client", "AsyncRun", "Delivery", "Subscription", "Options", "Noticed"):
        assert getattr(interactor_emulator, name).__name__ == name


def test_a_name_that_never_was_is_told() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("interactor_emulator.nowhere")
    with pytest.raises(AttributeError, match="no attribute 'Nowhere'"):
        interactor_emulator.Nowhere  # noqa: B018
