"""The pages of the reference name all that there is: compared with the code, and not with what built the site."""

import inspect
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType

import interactor_emulator
import interactor_emulator.explore
import interactor_emulator.signing
import interactor_fixtures
import pytest
import pytest_interactor
import pytest_interactor.strategies
from interactor_emulator.definition import validate
from interactor_emulator.definition.conditions import OPERATORS
from interactor_emulator.definition.rules import conditions, instructions, logic, presentation, states
from interactor_emulator.definition.rules.shape import Shape
from interactor_emulator.errors import FAILURES
from interactor_emulator.state.deliveries import EVENTS
from interactor_emulator.wire import payload
from interactor_fixtures import rules

from tests.docs.blocks import ROOT

REFERENCE = ROOT / "docs" / "reference"
DEFINITIONS = (REFERENCE / "definitions.md").read_text("utf-8")
PACKAGES: list[ModuleType] = [
    interactor_emulator,
    interactor_emulator.explore,
    interactor_emulator.signing,
    interactor_fixtures,
    pytest_interactor,
    pytest_interactor.strategies,
]


def described() -> set[str]:
    """The names that some page describes: by a docstring, or in the first two cells of a table's row."""
    pages = [page.read_text("utf-8") for page in REFERENCE.rglob("*.md")]
    found = {name for text in pages for name in re.findall(r"^\.\. auto\w+:: [\w.]*?(\w+)(?:\(.*\))?$", text, re.M)}
    rows = [row for text in pages for row in re.findall(r"^\| (.*) \|$", text, re.M)]
    return found | {name for row in rows for name in re.findall(r"`(\w+)`", "|".join(row.split("|")[:2]))}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_name_stands_on_a_page(package: ModuleType) -> None:
    assert set(package.__all__) - described() == set()


def test_every_member_of_an_emulator_stands_in_the_table_of_its_page() -> None:
    page = (REFERENCE / "python" / "emulator.md").read_text("utf-8")
    hidden = re.findall(r"\w+", re.findall(r":exclude-members: (.*)", page)[0])
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|.*$", page, re.M)))
    public = {name for name in dir(interactor_emulator.Emulator) if not name.startswith("_")}
    assert sorted(told) == sorted(public - set(hidden))


def test_every_page_ends_with_what_to_read_next() -> None:
    """But for what is included as it stands, and what lists the others."""
    folders = ("tutorial", "how-to", "reference", "explanation")
    found = [page for folder in folders for page in (ROOT / "docs" / folder).rglob("*.md")]
    assert {page.relative_to(ROOT / "docs").parts[0] for page in found} == {*folders}
    pages = [page for page in found if page.name not in ("fidelity.md", "index.md")]
    last = {page.name: page.read_text("utf-8").rstrip().rpartition("\n")[2] for page in pages}
    assert [name for name, line in last.items() if not line.startswith("**Next:** [")] == []


def shapes(module: ModuleType) -> Iterator[Shape]:
    """Every shape of objects that a module of rules has, also those in its tables."""
    for each in vars(module).values():
        for one in each.values() if isinstance(each, dict) else [each]:
            if isinstance(one, Shape):
                yield one


MEMBERS = sorted(
    {
        (shape.name, member)
        for module in (validate, states, conditions, logic, instructions, presentation)
        for shape in shapes(module)
        for member in shape.members
    }
)


SECTION = {
    "Workflow": "The definition itself",
    "State": "States",
    "Transition": "Transitions",
    "Condition": "Conditions",
    "Output": "Data",
    "Script logic": "Scripts",
    "HTTP logic": "HTTP logic",
    "Retry": "HTTP logic",
    "Presentation": "Presentations",
    "Field": "Presentations",
    "Option": "Presentations",
    "Halting instructions": "Instructions and selection",
    "Config": "Instructions and selection",
}
"""Where the members of each shape stand; what is one `of` something stands where that does."""


@pytest.mark.parametrize(("owner", "member"), MEMBERS, ids=[" ".join(each) for each in MEMBERS])
def test_every_member_that_validation_knows_is_in_a_table_of_its_section(owner: str, member: str) -> None:
    section = DEFINITIONS.partition(f"\n## {SECTION[owner.partition(' of ')[0]]}\n")[2].partition("\n## ")[0]
    assert re.search(rf'^\|.*[`"]{member}[`"]', section, re.M)


WORDS = {
    "operators": OPERATORS,
    "types of states": states.TYPES,
    "modes": states.MODES,
    "types of logic": logic.TYPES,
    "methods": logic.METHODS,
    "backoffs": logic.BACKOFFS,
    "modes of output": logic.OUTPUT_MODES,
    "types of fields": presentation.FIELD_TYPES,
    "codes of failures": FAILURES,
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_word_of_a_definition_is_on_its_page(kind: str) -> None:
    assert [word for word in WORDS[kind] if f"`{word}`" not in DEFINITIONS] == []


def test_every_event_and_member_of_a_webhook_is_on_its_page() -> None:
    page = (REFERENCE / "webhooks.md").read_text("utf-8")
    wanted = {*payload.Data.__annotations__, *payload.Error.__annotations__, *EVENTS}
    assert [name for name in wanted if f"`{name}`" not in page] == []


SECTIONS = {
    re.sub(r"[^\w -]", "", part["section"]).lower().replace(" ", "-"): {rule["id"] for rule in part["rules"]}
    for part in rules()
}


def test_a_link_to_a_rule_leads_to_the_section_that_has_it() -> None:
    pages = "".join(page.read_text("utf-8") for page in REFERENCE.glob("*.md"))
    found = re.findall(r"\[`([\w-]+)`\]\([./]+/fixtures/FIDELITY\.md#([\w-]+)\)", pages)
    assert len(found) > 40
    assert [(rule, section) for rule, section in found if rule not in SECTIONS.get(section, ())] == []


def undocumented(package: ModuleType) -> Iterator[str]:
    """The public functions and classes of a package, and the methods and properties of its classes, that say nothing of
    themselves; what another library has put into them is its own."""
    for name in package.__all__:
        each = getattr(package, name)
        # A dataclass without a docstring is given its signature.
        if isinstance(each, type | FunctionType) and (not each.__doc__ or each.__doc__.startswith(f"{name}(")):
            yield name
        for member in dir(each) if isinstance(each, type) else ():
            found = inspect.getattr_static(each, member)
            function = found.fget if isinstance(found, property) else getattr(found, "__func__", found)
            ours = isinstance(function, FunctionType) and function.__module__.startswith(
                ("interactor_", "pytest_inter")
            )
            if ours and not member.startswith("_") and not function.__doc__:
                yield f"{name}.{member}"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_public_name_says_what_it_is_for(package: ModuleType) -> None:
    assert list(undocumented(package)) == []
