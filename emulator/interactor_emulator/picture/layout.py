"""Where the parts of a graph go: sizes here, places by dagre in the script sandbox."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from interactor_emulator.effects import Compute, Steps

from .graph import Edge, Graph, Node

Point = tuple[float, float]

# A font of fixed width makes widths known without measuring: 0.6 em a character in all of them.
FONT_PIXELS = 13
LABEL_PIXELS = 11
_EM = 0.6
LINE = 1.35
_PADDING = 16
_LABEL_CHARACTERS, _LABEL_LINES = 30, 3
_NAME_CHARACTERS = 40

_OPTIONS = {"rankdir": "TB", "nodesep": 36, "edgesep": 18, "ranksep": 44, "marginx": 24, "marginy": 36}


@dataclass(frozen=True, slots=True)
class Box:
    """A node and its middle, with its size in pixels."""

    node: Node
    text: str
    middle: Point
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """An edge: the points it passes, and the middle of its label."""

    edge: Edge
    points: tuple[Point, ...]
    label: tuple[str, ...]
    label_at: Point
    label_width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A graph with places, in pixels from the top left."""

    graph: Graph
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(graph: Graph) -> Steps[Layout]:
    """Give every state and every way its place."""
    index = {node.name: number for number, node in enumerate(graph.nodes)}
    names = [shortened(node.name, _NAME_CHARACTERS) for node in graph.nodes]
    sizes = [(len(name) * FONT_PIXELS * _EM + 2 * _PADDING, FONT_PIXELS * LINE + 18) for name in names]
    labels = [wrapped(edge.label) for edge in graph.edges]
    widths = [max(map(len, label), default=0) * LABEL_PIXELS * _EM + 8 for label in labels]
    asked = {
        "options": _OPTIONS,
        "nodes": [{"width": width, "height": height} for width, height in sizes],
        "edges": [
            {
                "source": index[edge.source],
                "target": index[edge.target],
                "width": width if label else 0,
                "height": len(label) * LABEL_PIXELS * LINE,
            }
            for edge, label, width in zip(graph.edges, labels, widths, strict=True)
        ],
    }
    placed = json.loads((yield from Compute(_program(), json.dumps(asked)).perform()))
    boxes = tuple(
        Box(node, name, (x, y), width, height)
        for node, name, (x, y), (width, height) in zip(graph.nodes, names, placed["nodes"], sizes, strict=True)
    )
    lines = tuple(
        Line(edge, tuple((x, y) for x, y in at["points"]), label, (at["label"][0], at["label"][1]), width)
        if label
        else Line(edge, tuple((x, y) for x, y in at["points"]), (), (0, 0), 0)
        for edge, label, width, at in zip(graph.edges, labels, widths, placed["edges"], strict=True)
    )
    return Layout(graph, placed["width"], placed["height"], boxes, lines)


@cache
def _program() -> str:
    here = resources.files(__package__)
    parts = ("polyfills.js", "vendor/dagre.js", "layout.js")
    return "\n".join(here.joinpath(part).read_text("utf-8") for part in parts)


def wrapped(text: str) -> tuple[str, ...]:
    """The text in lines that fit beside an arrow; what is too long for three ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        word = shortened(word, _LABEL_CHARACTERS)
        if lines and len(lines[-1]) + 1 + len(word) <= _LABEL_CHARACTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > _LABEL_LINES:
        lines = [*lines[: _LABEL_LINES - 1], shortened(f"{lines[_LABEL_LINES - 1]} …", _LABEL_CHARACTERS)]
    return tuple(lines)


def shortened(text: str, characters: int) -> str:
    """The text, its end an ellipsis where it is longer."""
    return text if len(text) <= characters else text[: characters - 1] + "…"
