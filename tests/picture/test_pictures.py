"""Pictures of definitions and paths, as a reader of the SVG sees them."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, ValidationError
from interactor_fixtures import definition

from tests.workflows import action, halt, terminal, to, workflow

SVG = "{http://www.w3.org/2000/svg}"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "interactor_fixtures" / "definitions"
NAMES = ["approval_workflow", "purchase_approval", "parallel_approval", "order_review"]
Rectangle = tuple[float, float, float, float]


def rectangle(rect: ElementTree.Element) -> Rectangle:
    left, top, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def groups(picture: str, name: str) -> list[ElementTree.Element]:
    return [each for each in ElementTree.fromstring(picture).iter(f"{SVG}g") if name in each.attrib["class"].split()]


def texts(group: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in group.iter(f"{SVG}text")]


def boxes(picture: str, name: str) -> list[Rectangle]:
    return [rectangle(next(group.iter(f"{SVG}rect"))) for group in groups(picture, name)]


@pytest.fixture
def drawn(interactor: Emulator) -> Any:
    def draw(name: str) -> str:
        interactor.load(definition(name))
        return interactor.graph(name)

    return draw


@pytest.mark.parametrize("name", NAMES)
def test_every_state_stands_in_the_picture_and_nothing_overlaps(drawn: Any, name: str) -> None:
    picture = drawn(name)
    states = groups(picture, "state")
    assert [texts(group)[0] for group in states] == list(definition(name)["states"])
    shapes = boxes(picture, "state") + boxes(picture, "label")
    assert not any(overlap(one, other) for one, other in combinations(shapes, 2))
    width, height = (float(ElementTree.fromstring(picture).attrib[each]) for each in ("width", "height"))
    assert all(left >= 0 and top >= 0 and right <= width and bottom <= height for left, top, right, bottom in shapes)


def test_a_path_is_marked(interactor: Emulator) -> None:
    interactor.load(definition("purchase_approval"))
    interactor.http.post("https://yourapp.com/api/notifications").respond(200)
    run = interactor.start("purchase_approval", {"amount": 15000}).resume(approved=True).resume(approved=True)
    picture = run.graph()
    assert [texts(group)[0] for group in groups(picture, "visited")] == [
        name for name in definition("purchase_approval")["states"] if name in run.path
    ]
    assert [texts(group)[0] for group in groups(picture, "current")] == ["complete"]
    ways = [
        next(group.iter(f"{SVG}title")).text for group in groups(picture, "way") if "taken" in group.attrib["class"]
    ]
    assert sorted(str(way).split(":")[0] for way in ways) == sorted(
        f"{before} → {after}" for before, after in zip(run.path, run.path[1:], strict=False)
    )


def test_a_picture_draws_nothing_that_its_names_say(interactor: Emulator) -> None:
    name = '<script>alert("1")</script>&\x00]]>'
    interactor.load(workflow("w", {name: halt(name)}))
    picture = interactor.graph("w")
    assert "<script" not in picture
    assert texts(groups(picture, "state")[0]) == [name.replace("\x00", "\\u0000")]
    assert "#quot;" in interactor.graph("w", "mermaid")


def test_text_pictures(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"ask": halt(to("ask", more=True), "end"), "end": terminal()}))
    assert interactor.graph("w", "mermaid") == (
        "flowchart TD\n"
        '    s0(["ask"])\n'
        "    start(( )) --> s0\n"
        '    s1[["end"]]\n'
        '    s0 -->|"more = true"| s0\n'
        "    s0 --> s1\n"
    )
    assert interactor.graph("w", "dot") == (
        'digraph "w" {\n'
        '    node [fontname="monospace"];\n'
        "    start [shape=point];\n"
        '    "ask" [shape=oval];\n'
        '    "end" [shape=doubleoctagon];\n'
        '    start -> "ask";\n'
        '    "ask" -> "ask" [label="more = true"];\n'
        '    "ask" -> "end" [label=""];\n'
        "}\n"
    )
    walked = interactor.start("w").resume(more=True).graph("mermaid")
    assert '==>|"more = true"| s0' in walked
    assert "class s0 visited" in walked


GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size)
)


class TestAnyGraph:
    emulator = Emulator(seed=1)

    @settings(max_examples=20)
    @given(ways=GRAPHS)
    def test_states_of_any_graph_do_not_overlap(self, ways: list[list[int]]) -> None:
        states = {
            f"state_{number}": action(*(f"state_{each}" for each in targets)) for number, targets in enumerate(ways)
        }
        self.emulator.load(workflow("w", states))
        shapes = boxes(self.emulator.graph("w"), "state")
        assert len(shapes) == len(ways)
        assert not any(overlap(one, other) for one, other in combinations(shapes, 2))


def test_the_control_api_draws(interactor: Emulator, interactor_server: Any) -> None:
    version = interactor.load(definition("approval_workflow"))
    run = interactor.start("approval_workflow", {"amount": 1})
    base = f"{interactor_server.url}/_emulator"
    for path in ("/workflows/approval_workflow/graph", f"/instances/{run.id}/graph"):
        answer = httpx.get(base + path)
        assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
        assert "await_approval" in answer.text
        assert httpx.get(base + path, params={"format": "mermaid"}).text.startswith("flowchart TD")
        assert httpx.get(base + path, params={"format": "png"}).status_code == 400
    named = httpx.get(f"{base}/workflows/approval_workflow/graph", params={"version_id": version})
    assert named.status_code == 200
    assert httpx.get(f"{base}/workflows/approval_workflow/graph?version_id=v_x").status_code == 404
    assert httpx.get(f"{base}/workflows/nope/graph").status_code == 404


def test_the_command_line_draws(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "interactor-emulator"), "graph"]
    file = str(FIXTURES / "approval_workflow.json")
    shown = subprocess.run([*command, file], capture_output=True, text=True, timeout=30, check=True)
    assert shown.stdout.startswith("<svg ")
    output = tmp_path / "picture.dot"
    subprocess.run([*command, file, "--format", "dot", "-o", str(output)], check=True, timeout=30)
    assert output.read_text().startswith('digraph "approval_workflow"')
    missing = subprocess.run([*command, "nope.json"], capture_output=True, text=True, timeout=30, check=False)
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_a_picture_that_would_take_too_long_is_refused(interactor: Emulator) -> None:
    busy = action(*(to("end", a=number) for number in range(20)))
    interactor.load(workflow("w", {**{f"s{number}": busy for number in range(16)}, "end": terminal()}))
    with pytest.raises(ValidationError) as refused:
        interactor.graph("w")
    assert "320 transitions are too many for a picture" in str(refused.value.details)
    assert interactor.graph("w", "dot").count("->") == 321


def test_a_state_called_start_is_not_the_point_that_leads_to_it(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"start": action("start_"), "start_": terminal()}))
    lines = [line.strip() for line in interactor.graph("w", "dot").splitlines()]
    assert "start__ [shape=point];" in lines
    assert 'start__ -> "start";' in lines
