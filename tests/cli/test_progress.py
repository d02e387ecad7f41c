"""What a long search shows of itself: on a terminal alone; and Ctrl-C ends it with what it has found."""

import io
from contextlib import redirect_stderr

import pytest
from interactor_emulator.cli.progress import progress


class Terminal(io.StringIO):
    """Standard error before which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def someone_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


def search(after: float = 0, stderr: "io.StringIO | None" = None) -> str:
    """What a search shows there."""
    stderr = stderr or Terminal()
    with redirect_stderr(stderr), progress("exploring", after) as tell:
        tell(1, 20, "[bold]one\x1b[2J found")
        tell(2, 20, "two found")
    return stderr.getvalue()


def test_on_a_terminal_it_says_what_is_done_and_what_was_found() -> None:
    shown = search()
    assert "exploring" in shown
    assert "1 of 20" in shown
    assert "[bold]one\\x1b[2J found" in shown
    assert "two found" not in shown, "it was told within a tenth of a second"


def test_a_search_of_unknown_length_says_what_is_done() -> None:
    terminal = Terminal()
    with redirect_stderr(terminal), progress("fuzzing", 0) as tell:
        tell(1234)
    assert "1,234 " in terminal.getvalue()
    assert " of " not in terminal.getvalue()


def test_a_short_search_shows_nothing() -> None:
    assert search(after=60) == ""


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("CI", "true"), ("TERM", "dumb")])
def test_who_wants_lines_alone_is_shown_nothing(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert search() == ""


def test_in_a_pipe_nothing_is_shown() -> None:
    assert search(stderr=io.StringIO()) == ""


def test_ctrl_c_ends_the_search_and_keeps_what_was_found() -> None:
    terminal, found = Terminal(), []
    with redirect_stderr(terminal), progress("exploring", 0) as tell:
        for number in range(10):
            found.append(number)
            tell(number)
            if number == 3:
                raise KeyboardInterrupt
    assert found == [0, 1, 2, 3]
    assert (tell.interrupted, tell.status(0), tell.status(1)) == (True, 130, 130)
    assert terminal.getvalue().endswith("\x1b[2K"), "what was shown is gone from the terminal"


def test_a_search_that_ends_by_itself_has_its_own_status() -> None:
    with progress("exploring") as tell:
        tell(1)
    assert (tell.interrupted, tell.status(0), tell.status(1)) == (False, 0, 1)


def fails() -> None:
    with progress("exploring", 0) as tell:
        tell(1)
        raise ValueError("wrong")


def test_what_goes_wrong_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="wrong"):
        fails()
