"""How the README is shown on the package index: each rule of pyproject.toml that makes its links absolute is tried."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.links import code, relative, targets

ROOT = Path(__file__).parent.parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OURS = (".github", "changes", "docs", "emulator", "examples", "pytest_plugin", "tests")
TEXTS = (".md", ".toml", ".py", ".yml", ".yaml", ".json", "")
HOME = SETTINGS["project"]["urls"]["Homepage"]


def shown(readme: str) -> str:
    """As the build makes it: its rules in turn."""
    for rule in SETTINGS["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        readme = re.sub(rule["pattern"], rule["replacement"], readme)
    return readme


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](docs/x.md#y)", ["blob/{v}/docs/x.md#y"]),
        ("[a](docs/x.md#y 'title')", ["blob/{v}/docs/x.md#y"]),
        ("[a](docs/)", ["blob/{v}/docs/"]),
        ("[a](LICENSE)", ["blob/{v}/LICENSE"]),
        ("[`a`](#in-the-page)", ["blob/{v}/README.md#in-the-page"]),
        ("![a](docs/pictures/x.png)", ["raw/{v}/docs/pictures/x.png"]),
        ("[![a](docs/pictures/x.png)](docs/x.md)", ["blob/{v}/docs/x.md", "raw/{v}/docs/pictures/x.png"]),
        ("[a][b]\n\n[b]: docs/x.md", ["blob/{v}/docs/x.md"]),
        ('<img width="7" src="docs/x.png" alt="a">', ["raw/{v}/docs/x.png"]),
        ('<picture><source srcset="docs/x.png"></picture>', ["raw/{v}/docs/x.png"]),
        ('<a href="docs/x.md">a</a>', ["blob/{v}/docs/x.md"]),
    ],
)
def test_a_relative_link_leads_to_the_file_of_this_version(markdown: str, expected: list[str]) -> None:
    assert list(targets(shown(markdown))) == [f"{HOME}/{each.format(v='v$HFPR_VERSION')}" for each in expected]
    assert relative(markdown)
    assert relative(shown(markdown)) == []


@pytest.mark.parametrize(
    "markdown",
    ["[a](https://x.org/y.md)", "[a](mailto:a@x.org)", "![a](https://x.org/y.png)", "[a][b]\n\n[b]:   https://x.org/y"],
)
def test_what_leads_somewhere_stays_as_it_is(markdown: str) -> None:
    assert shown(markdown) == markdown


def test_the_readme_has_no_relative_link_there_and_its_code_is_unchanged() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert relative(shown(readme)) == []
    assert code(shown(readme)) == code(readme)


def test_code_that_would_be_taken_for_a_link_is_noticed() -> None:
    assert code(shown("`x[0](y)`")) != code("`x[0](y)`")
    assert relative("`[a](docs/x.md)`") == []


def test_the_projects_home_is_the_same_wherever_it_stands() -> None:
    """Whatever page or setting names a repository with the project's name means this one."""
    name = re.escape(SETTINGS["project"]["name"])
    texts = {path: path.read_text("utf-8", errors="replace") for path in files()}
    found = {path.name: set(re.findall(rf"https?://[\w.]+/[\w.-]+/{name}\b", text)) for path, text in texts.items()}
    assert {path: homes for path, homes in found.items() if homes - {HOME}} == {}
    urls = dict(SETTINGS["project"]["urls"])
    site = urls.pop("Documentation")
    assert all(url.startswith(HOME) for url in urls.values())
    assert found["pyproject.toml"] == {HOME}
    sites = {path: re.findall(rf"https://[\w.-]+\.io/{name}/", text) for path, text in texts.items()}
    assert set().union(*sites.values()) == {site}


def files() -> list[Path]:
    """All texts that are ours, without what was installed or made beside them."""
    tops = [path for path in ROOT.iterdir() if path.is_file() or path.name in OURS]
    found = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
    return [file for file in found if file.suffix in TEXTS and not {"node_modules", "_build"} & set(file.parts)]
