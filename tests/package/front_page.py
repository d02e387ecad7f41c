"""What a page in Markdown links to and shows, wherever it stands in it."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

_IN_HTML = re.compile(r'\b(?:href|src|srcset)="([^"]*)"')


def targets(markdown: str) -> Iterator[str]:
    """The addresses of links and pictures, those in HTML too; what stands in code is none."""
    for token in _all(MarkdownIt("commonmark").parse(markdown)):
        for name in ("href", "src"):
            if name in token.attrs:
                yield str(token.attrs[name])
        if token.type in ("html_inline", "html_block"):
            yield from _IN_HTML.findall(token.content)


def relative(markdown: str) -> list[str]:
    """Those that lead nowhere on the package index: no whole address."""
    return [each for each in targets(markdown) if not re.match(r"https?://|mailto:", each)]


def code(markdown: str) -> list[str]:
    """All code, in blocks and in lines."""
    tokens = _all(MarkdownIt("commonmark").parse(markdown))
    return [token.content for token in tokens if token.type in ("fence", "code_block", "code_inline")]


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
