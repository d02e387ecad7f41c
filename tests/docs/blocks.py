"""The code blocks of a page, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts),
]
"""Those that are performed."""
ALL_PAGES = [
    *PAGES,
    *sorted({*ROOT.glob("*.md")} - {*PAGES}),
    *sorted((ROOT / ".github").rglob("*.md")),
    *sorted((ROOT / "changes").glob("*.md")),
    *sorted(page for page in (ROOT / "examples").rglob("*.md") if not {"node_modules", "deps"} & {*page.parts}),
    *sorted(page for page in (ROOT / "fixtures").rglob("*.md")),
]
"""All that somebody reads."""
_NAMED = re.compile(r"(?:#|//|--) (?P<file>[\w./-]+\.\w+|Dockerfile)(?:: pytest ?(?P<options>.*))?\n")
_SAID_BEFORE = re.compile(r"<!-- file: (?P<file>\S+) -->")
_CONTINUES = re.compile(r"^<!-- continues: (?P<page>\S+) -->$", re.M)


@dataclass(frozen=True)
class Block:
    """A fence: its language, its text, the file that it is, the options of pytest that stand beside that, its line."""

    language: str
    text: str
    file: str | None
    options: str | None
    line: int

    @property
    def quoted(self) -> Path | None:
        """The file of the project that it is a part of, when it names one."""
        named = ROOT / self.file if self.file and "/" in self.file else None
        return named if named and named.is_file() else None

    @property
    def is_test(self) -> bool:
        return self.language == "python" and bool(self.file) and Path(self.file or "").name.startswith("test_")


def blocks(page: Path) -> Iterator[Block]:
    """Every fence of a page; the name of a file stands in its first line, or in a comment before it."""
    said: str | None = None
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "html_block" and (found := _SAID_BEFORE.fullmatch(token.content.strip())):
            said = found["file"]
        elif token.type == "fence":
            named = _NAMED.match(token.content)
            file, options = (named["file"], named["options"]) if named else (said, None)
            yield Block(token.info.strip(), token.content, file, options, (token.map or [0])[0] + 1)
            said = None


def files_before(page: Path) -> Iterator[Block]:
    """The files of the page that this one says it continues, of the one that that one continues before them."""
    if found := _CONTINUES.search(page.read_text("utf-8")):
        before = page.parent / found["page"]
        yield from files_before(before)
        yield from (each for each in blocks(before) if each.file and not each.quoted)
