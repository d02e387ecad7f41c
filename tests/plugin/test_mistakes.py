"""Mistaken markers and options: told with the thing, the nearest known one, and the place where it stands."""

import json

import pytest

from tests.workflows import halt, terminal, workflow

LEAVE = workflow("leave", {"ask": halt("end"), "end": terminal()})


@pytest.fixture
def folder(pytester: pytest.Pytester) -> str:
    (pytester.mkdir("flows") / "leave.json").write_text(json.dumps(LEAVE))
    (pytester.path / "flows" / "broken.json").write_text('{"name": "broken",}')
    return "flows"


MARKERS = [
    ('"leave"', "takes names only; did you mean workflow='leave'?"),
    ("sed=3", "unknown argument sed; did you mean seed?"),
    ("workflw='leave'", "unknown argument workflw; did you mean workflow?"),
    ("speed=3", "unknown argument speed; "),
    ('now="yesterday"', "now: 'yesterday' is no time: give an ISO 8601 text like 2026-01-20T12:00:00Z"),
    ("now=5", "now: 5 is no time"),
    ('seed="7"', "seed is a whole number, not '7'"),
    ('execution="later"', "execution is inline or background, not 'later'"),
    ('token_timestamps="real"', "token_timestamps is wall or virtual, not 'real'"),
    ('limits={"instances_per_namespce": 1}', "did you mean instances_per_namespace?"),
    ('limits={"max_stats": 3}', "unknown limit 'max_stats'; did you mean states_per_workflow?"),
    ('limits={"input_bytes": -1}', "limit input_bytes is a whole number from 0 to 1000000000000, not -1"),
    ('frozen="no"', "frozen is True or False, not 'no'"),
    ('faults=["duplciate"]', "unknown effect 'duplciate': did you mean duplicate?"),
    ('faults=[{"effect": "delay", "evnt": "x"}]', "faults: unknown evnt; did you mean event?"),
    ('faults=[{"event": "x"}]', "faults: each is an effect, or a dict with its effect, not {'event': 'x'}"),
    ("faults=[3]", "faults: each is an effect, or a dict with its effect, not 3"),
    ("fauls=[]", "unknown argument fauls; did you mean faults?"),
    ('routes={"yourapp.com": "x"}', "route 'yourapp.com'"),
    ('workflow="laeve"', "looked for laeve, flows/laeve.json; did you mean leave?"),
    ('workflow="broken"', "flows/broken.json:1:19: not valid JSON"),
]


def test_a_mistaken_marker_is_told_with_its_place(pytester: pytest.Pytester, folder: str) -> None:
    classes = [
        f"@pytest.mark.interactor({written})\nclass TestMarked{number}:\n"
        "    @pytest.mark.interactor(rate_limits=True)\n    def test_it(self, interactor):\n        pass\n"
        for number, (written, _) in enumerate(MARKERS)
    ]
    pytester.makepyfile(test_marked="import pytest\n\n" + "\n".join(classes))
    result = pytester.runpytest_subprocess(f"--interactor-definitions={folder}", "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(errors=len(MARKERS))
    lines = [line.removeprefix("E   ").strip() for line in result.outlines]
    for number, (written, told) in enumerate(MARKERS):
        (said,) = [line for line in lines if line.startswith(f"test_marked.py::TestMarked{number}: ")]
        assert f"@pytest.mark.interactor({written})".replace('"', "'") in said
        assert told in said
    assert not [line for line in lines if "interactor_emulator/" in line or "During handling" in line]
    assert max(map(len, lines)) < 300


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--interactor-definitions=flow"], "--interactor-definitions: there is no folder flow; did you mean flows?"),
        (["--interactor-definitions=nowhere"], "--interactor-definitions: there is no folder nowhere"),
        (["--interactor-definitions=flows/leave.json"], "there is no folder flows/leave.json"),
        (["--override-ini=interactor_definitions=flosw"], "flosw; did you mean flows?"),
        (["--interactor-coverage-fail-under=101"], "a percentage from 0 to 100 is wanted"),
        (["--interactor-coverage-fail-under=nan"], "for one workflow, not nan"),
    ],
)
def test_a_mistaken_option_ends_the_session_before_it_begins(
    pytester: pytest.Pytester, folder: str, options: list[str], told: str
) -> None:
    result = pytester.runpytest_subprocess(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stderr.str()


def test_a_folder_of_the_ini_file_that_is_not_there_names_the_file(pytester: pytest.Pytester, folder: str) -> None:
    pytester.makeini("[pytest]\ninteractor_definitions = flwos\n")
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = result.stderr.str()
    assert "interactor_definitions in " in said
    assert "tox.ini: there is no folder" in said
    assert "did you mean flows?" in said
