"""Names that a terminal would obey: the plugin shows them, in its summary, in a failure and in its reports."""

import pytest

TEST = r"""
HOSTILE = "ask\x1b[31m\x07\u202e|\n# forged"
WORKFLOW = {
    "name": "hostile",
    "initial_state": HOSTILE,
    "states": {
        HOSTILE: {
            "type": "halting",
            "transitions": [{"target": "end\x9b", "condition": {"field": "a\x1b", "equals": 1}}],
        },
        "end\x9b": {"type": "terminal", "on\x1benter": 1},
    },
}

def test_it(interactor):
    interactor.load(WORKFLOW)
    run = interactor.start("hostile", namespace="a")
    try:
        run.resume(x=1)
    except Exception as error:
        assert "\x1b" not in "".join(error.__notes__)
    run.assert_completed("end\x9b")
"""


def test_hostile_names_are_shown_and_not_obeyed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")  # there pytest cuts no message
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess(
        "--interactor-coverage", "--interactor-report=r.md", "--interactor-report=r.html", "-o", "addopts="
    )
    assert result.ret == 1
    assert "is halted in" in result.stdout.str()
    written = "".join((pytester.path / f"r.{form}").read_text("utf-8") for form in ("md", "html"))
    told = result.stdout.str()
    for text in (told, written):
        assert [each for each in "\x1b\x07\x9b\u202e" if each in text] == []
        assert "# forged" not in text.splitlines()
    assert r"state end\x9b was never entered" in told
    assert r"ask\x1b[31m\x07\u202e" in written
