"""What a page in Markdown links to and shows, wherever it stands in it, and what can be linked to in it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_IN_HTML = re.compile(r'\b(?:href|src|srcset)="([^"]*)"')
_NAMED_IN_HTML = re.compile(r'\b(?:id|name)="([^"]*)"')


def targets(markdown: str) -> Iterator[str]:
    """The addresses of links and pictures, those in HTML too; what stands in code is none."""
    for token in _tokens(markdown):
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
    return [token.content for token in _tokens(markdown) if token.type in ("fence", "code_block", "code_inline")]


def astray(page: Path) -> list[str]:
    """The links of a page that lead to no file, or to no heading of one."""
    return [link for link in relative(page.read_text("utf-8")) if not _leads_somewhere(page, link)]


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or target.suffix != ".md" or anchor in anchors(target))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page, as a forge makes them of its headings, and the ids that stand in HTML."""
    tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
    headings = [each for before, each in pairwise(tokens) if before.type == "heading_open"]
    names: Counter[str] = Counter()
    found = set[str]()
    for heading in headings:
        name = anchor_of(
            "".join(each.content for each in heading.children or [] if each.type in ("text", "code_inline"))
        )
        found.add(f"{name}-{names[name]}" if names[name] else name)
        names[name] += 1
    in_html = [token.content for token in _all(tokens) if token.type in ("html_inline", "html_block")]
    return frozenset(found).union(*map(_NAMED_IN_HTML.findall, in_html))


def anchor_of(heading: str) -> str:
    """Small letters, digits, `_` and `-` are left, and a space becomes a `-`."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _tokens(markdown: str) -> Iterator[Token]:
    yield from _all(MarkdownIt("commonmark").parse(markdown))


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
