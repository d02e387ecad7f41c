"""The exchanges of `interactor_fixtures` as a run plays them: with names of its own, and what each of them needs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from interactor_fixtures import definition, exchange, exchanges, rules

Need = Literal["control", "receiver"]

_OWN = re.compile(r"\{\{own:([^{}]+)\}\}")
# Their order: what others build upon comes first, so that the first difference is the cause of those after it.
_FIRST = ("token", "create_workflow", "validate_workflow", "list_workflows", "create_instance", "resume_instance")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of FIDELITY.md: `mark` says how it is known (D documented, P published, I inferred), `variant` which
    variant has its other readings, `unshown` why no exchange shows it, where none does."""

    id: str
    text: str
    mark: str
    section: str
    variant: str = ""
    unshown: str = ""

    @property
    def documented(self) -> bool:
        return "D" in self.mark


@dataclass(frozen=True, slots=True)
class Exchange:
    """Steps in their order. `settings` is what an account has to be made with for them, `needs` what they need beside
    the API."""

    name: str
    title: str
    steps: tuple[Mapping[str, Any], ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> frozenset[Need]:
        """`control` is the emulator's `/_emulator`, `receiver` a place where the server can reach us."""
        text = json.dumps(self.steps)
        controlled = "/_emulator" in text or '"overlapping"' in text or bool(self.settings)
        needs: dict[Need, bool] = {"control": controlled, "receiver": "{{receiver}}" in text}
        return frozenset(need for need, is_needed in needs.items() if is_needed)

    @property
    def rules(self) -> list[str]:
        """The rules that it shows."""
        return list(dict.fromkeys(rule for step in self.steps for rule in step.get("rules", ())))

    @property
    def makes(self) -> dict[str, int]:
        """How many workflows, instances and subscriptions it leaves behind where it is played to its end."""
        counts = {"workflows": 0, "instances": 0, "subscriptions": 0}
        for step in _flat(self.steps):
            if step.get("response", {}).get("status") == 201:
                what = step["request"]["path"].rsplit("/", 1)[-1]
                counts |= {what: counts[what] + step.get("times", 1)} if what in counts else {}
        return counts


def all_rules() -> dict[str, Rule]:
    """Every rule, by its id, in the order of FIDELITY.md."""
    return {each["id"]: _rule(each, section["section"]) for section in rules() for each in section["rules"]}


def _rule(row: Mapping[str, str], section: str) -> Rule:
    return Rule(row["id"], row["rule"], row["mark"], section, row.get("variant", ""), row.get("unshown", ""))


def all_exchanges(tag: str) -> list[Exchange]:
    """All of them, in the order in which they build upon each other. Names of workflows and namespaces end with `tag`
    and a number: the API cannot delete a workflow, so each exchange of each run has names of its own."""
    names = exchanges()
    ordered = [*(name for name in _FIRST if name in names), *(name for name in names if name not in _FIRST)]
    return [_read(name, f"{tag}_{number}") for number, name in enumerate(ordered, start=1)]


def content_of(body: Any) -> dict[str, Any]:
    """What httpx is given for a body: `{"$definition": …}` is a definition, `{"$form": …}` a form with a file,
    `{"$text": …, "type": …}` text as it stands, anything else JSON."""
    if isinstance(body, dict) and "$definition" in body:
        return {"json": {**definition(body["$definition"]), "name": body["name"]}}
    if isinstance(body, dict) and "$form" in body:
        form, file = body["$form"], body["$form"]["file"]
        return {"data": form["fields"], "files": {"file": (file["filename"], file["content"], file["content_type"])}}
    if isinstance(body, dict) and "$text" in body:
        return {"content": body["$text"], "headers": {"Content-Type": body["type"]}}
    return {} if body is None else {"json": body}


def _read(name: str, tag: str) -> Exchange:
    source = json.loads(_OWN.sub(lambda found: f"{found[1]}_{tag}", json.dumps(exchange(name))))
    return Exchange(name, source["title"], tuple(source["steps"]), source.get("account", {}))


def _flat(steps: tuple[Mapping[str, Any], ...]) -> Iterator[Mapping[str, Any]]:
    for step in steps:
        yield from step["steps"] if "overlapping" in step else (step,)
