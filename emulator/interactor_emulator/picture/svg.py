"""A picture as SVG: one text that stands alone, without scripts, fonts or requests."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise

from .layout import FONT_PIXELS, LABEL_PIXELS, LINE, Box, Layout, Line, Point

# Light ground, dark lines: what was taken is dark and thick, the rest of a walked graph pale.
_STYLE = f"""
.ground{{fill:#fff}}
text{{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:{FONT_PIXELS}px;fill:#1f2933;
text-anchor:middle}}
.label text{{font-size:{LABEL_PIXELS}px;fill:#52606d}}.label rect{{fill:#fff;fill-opacity:.9}}
.state rect{{stroke-width:1.5;stroke:#486581;fill:#e6f0fa}}
.halting rect{{stroke:#b7791f;fill:#fff3d6}}.terminal rect{{stroke:#2f855a;fill:#e3f6ea}}
.join rect.bar{{fill:#486581;stroke:none}}
.way path{{fill:none;stroke:#627d98;stroke-width:1.4}}.fork path{{stroke-dasharray:6 4}}
.walked .state:not(.visited){{opacity:.45}}.walked .way:not(.taken){{opacity:.35}}
.visited rect{{stroke-width:2.5}}.taken path{{stroke:#1a365d;stroke-width:2.8}}.taken text{{fill:#1a365d}}
.current rect{{stroke-width:4}}.state rect.inner{{stroke-width:1.2;fill:none}}
.count{{font-size:{LABEL_PIXELS}px;font-weight:bold}}
.start{{fill:#1f2933}}
""".replace("\n", "")
_RADIUS = {"action": 5, "halting": 18, "terminal": 5}
_START_ABOVE, _START_RADIUS = 18, 5
# A curve comes three quarters of the way to its control points.
_LOOP_BULGE = 12


def svg(layout: Layout, *, styled: bool = True) -> str:
    """The whole picture; not `styled` it is for a page that has the rules for its classes."""
    width, height = round(layout.width), round(layout.height)
    boxes = {box.node.name: box for box in layout.boxes}
    walked = " walked" if layout.graph.walked else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="Workflow {_text(layout.graph.name)}" class="workflow{walked}">',
        f"<style>{_STYLE}</style>" if styled else "",
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="#486581"/></marker></defs>',
        f'<rect class="ground" width="{width}" height="{height}"/>',
    ]
    # Ways that were taken are drawn last, so that they lie above the others; labels above all lines.
    for line in sorted(layout.lines, key=lambda each: each.edge.taken > 0):
        parts.append(_way(line, boxes))
    for line in layout.lines:
        parts += _label(line)
    for box in layout.boxes:
        parts += _state(box)
    return "".join([*parts, "</svg>"])


def with_own_ids(picture: str, name: str) -> str:
    """The same picture with ids that begin with this name: so several can stand in one page."""
    return picture.replace('id="arrow"', f'id="{name}-arrow"').replace('"url(#arrow)"', f'"url(#{name}-arrow)"')


def _way(line: Line, boxes: Mapping[str, Box]) -> str:
    classes = "way" + (" fork" if line.edge.forks else "") + (" taken" if line.edge.taken else "")
    title = f"{line.edge.source} → {line.edge.target}" + (f": {line.edge.label}" if line.edge.label else "")
    path = _loop(line, boxes[line.edge.source]) if line.edge.source == line.edge.target else _curve(line.points)
    return f'<g class="{classes}"><title>{_text(title)}</title><path d="{path}" marker-end="url(#arrow)"/></g>'


def _loop(line: Line, box: Box) -> str:
    """Out of the right side of a state and back into it, as far as its label, or where the layout left room."""
    y, right = box.middle[1], box.middle[0] + box.width / 2
    far = line.label_at[0] - line.label_width / 2 if line.label else max(point[0] for point in line.points)
    far = max(far + _LOOP_BULGE, right + _LOOP_BULGE)
    return f"M{right:.1f} {y - 6:.1f} C{far:.1f} {y - 30:.1f} {far:.1f} {y + 30:.1f} {right:.1f} {y + 6:.1f}"


def _curve(points: tuple[Point, ...]) -> str:
    """A line that passes near its points without corners, and ends exactly at both ends."""
    path = [f"M{_at(points[0])}"]
    for before, after in pairwise(points[1:]):
        middle = ((before[0] + after[0]) / 2, (before[1] + after[1]) / 2)
        path.append(f"Q{_at(before)} {_at(after if after is points[-1] else middle)}")
    if len(points) == 2:
        path.append(f"L{_at(points[1])}")
    return " ".join(path)


def _label(line: Line) -> Iterator[str]:
    times = f" ×{line.edge.taken}" if line.edge.taken > 1 else ""
    if not line.label:
        return
    (x, y), height = line.label_at, LABEL_PIXELS * LINE
    top = y - height * len(line.label) / 2
    classes = "label" + (" taken" if line.edge.taken else "")
    yield f'<g class="{classes}"><title>{_text(line.edge.label)}</title>'
    yield _rect(x - line.label_width / 2, top, line.label_width, height * len(line.label), 2)
    for number, text in enumerate(line.label):
        shown = text + times if number == len(line.label) - 1 else text
        yield f'<text x="{x:.1f}" y="{top + height * (number + 0.5):.1f}" dy=".35em">{_text(shown)}</text>'
    yield "</g>"


def _state(box: Box) -> Iterator[str]:
    node, (x, y) = box.node, box.middle
    marks = [("join", node.join), ("visited", node.visits > 0), ("current", node.current)]
    classes = " ".join(["state", node.type, *(name for name, holds in marks if holds)])
    left, top = x - box.width / 2, y - box.height / 2
    times = f", entered {node.visits} times" if node.visits > 1 else ""
    yield f'<g class="{classes}"><title>{_text(node.name)} ({node.type}{times})</title>'
    if node.initial:
        above = top - _START_ABOVE
        yield f'<circle class="start" cx="{x:.1f}" cy="{above:.1f}" r="{_START_RADIUS}"/>'
        yield f'<path d="M{x:.1f} {above:.1f} L{x:.1f} {top:.1f}" stroke="#1f2933" marker-end="url(#arrow)"/>'
    yield _rect(left, top, box.width, box.height, _RADIUS[node.type])
    if node.type == "terminal":
        yield _rect(left + 4, top + 4, box.width - 8, box.height - 8, _RADIUS[node.type] - 2, "inner")
    if node.join:
        yield f'<rect class="bar" x="{left:.1f}" y="{top - 5:.1f}" width="{box.width:.1f}" height="4"/>'
    yield f'<text x="{x:.1f}" y="{y:.1f}" dy=".35em">{_text(box.text)}</text>'
    if node.visits > 1:
        yield f'<text class="count" x="{left + box.width - 4:.1f}" y="{top - 8:.1f}">×{node.visits}</text>'
    yield "</g>"


def _rect(x: float, y: float, width: float, height: float, radius: float, name: str = "") -> str:
    class_ = f'class="{name}" ' if name else ""
    return f'<rect {class_}x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"/>'


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _text(text: str) -> str:
    """Safe in text and attributes; what XML cannot hold is shown as JSON would write it."""
    return escape("".join(each if _allowed(ord(each)) else f"\\u{ord(each):04x}" for each in text))


def _allowed(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
