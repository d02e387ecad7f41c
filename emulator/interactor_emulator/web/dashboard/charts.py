"""Charts as SVG of our own, drawn here: bars, the widest as wide as the chart.

A library (uPlot, the smallest, is 50 KB) draws lines over time and needs a script; what is shown here are a few bars,
that can be read without one and take a hundred lines at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_ROW, _BAR, _LABEL, _WIDE, _NUMBER = 24, 14, 150, 360, 80
_COLUMN, _HIGH, _ABOVE, _BELOW = 46, 110, 18, 22
_LABEL_CHARACTERS = 20
_STEMS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is of, how much, and a class that says its colour."""

    label: str
    amount: float
    kind: str = ""


def rows(title: str, bars: Sequence[Bar]) -> Markup:
    """Bars that lie, one above the other, with their labels before them; of very many the first."""
    shown = bars[:_STEMS]
    most = max((each.amount for each in shown), default=0) or 1
    parts = []
    for number, each in enumerate(shown):
        y = number * _ROW
        label = each.label if len(each.label) <= _LABEL_CHARACTERS else each.label[: _LABEL_CHARACTERS - 1] + "…"
        width = round(_WIDE * each.amount / most, 1)
        parts.append(
            Markup(
                '<g><title>{}: {}</title><text x="0" y="{}">{}</text>'
                '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}" rx="2"/><text x="{}" y="{}">{}</text></g>'
            ).format(
                each.label, _told(each.amount), y + 16, label, each.kind, _LABEL, y + 5, width, _BAR,
                _LABEL + width + 6, y + 16, _told(each.amount),
            )
        )  # fmt: skip
    return _svg(title, _LABEL + _WIDE + _NUMBER, max(_ROW, len(shown) * _ROW), parts)


def columns(title: str, bars: Sequence[Bar]) -> Markup:
    """Bars that stand side by side, with their labels beneath: a histogram."""
    most = max((each.amount for each in bars), default=0) or 1
    parts = [
        Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>').format(
            _COLUMN * len(bars), _ABOVE + _HIGH, _ABOVE + _HIGH
        )
    ]
    for number, each in enumerate(bars):
        x, height = number * _COLUMN, round(_HIGH * each.amount / most, 1)
        top = _ABOVE + _HIGH - height
        parts.append(
            Markup(
                '<g><title>{}: {}</title><rect class="bar {}" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
                '<text class="quiet" x="{}" y="{}" text-anchor="middle">{}</text>{}</g>'
            ).format(
                each.label, _told(each.amount), each.kind, x + 6, top, _COLUMN - 12, height,
                x + _COLUMN / 2, _ABOVE + _HIGH + 16, each.label,
                Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    x + _COLUMN / 2, top - 4, _told(each.amount)
                )
                if each.amount
                else "",
            )
        )  # fmt: skip
    return _svg(title, _COLUMN * len(bars), _ABOVE + _HIGH + _BELOW, parts)


def _svg(title: str, width: float, height: float, parts: Sequence[Markup]) -> Markup:
    opened = Markup('<svg class="chart" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">')
    return opened.format(width, height, width, height, title) + Markup("").join(parts) + Markup("</svg>")


def _told(amount: float) -> str:
    return f"{amount:,.0f}"
