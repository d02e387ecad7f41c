"""Copy as: what led an instance to where it is, to take home: a scenario, a test, a program."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from interactor_emulator.copies.as_tests import as_test
from interactor_emulator.copies.led_here import LedHere, led_here
from interactor_emulator.copies.programs import as_curl, as_elixir, as_typescript
from interactor_emulator.copies.python_code import name_from
from interactor_emulator.errors import NotFound, ValidationError
from interactor_emulator.jsontext import Json, encode, escaped
from interactor_emulator.redaction import REDACTED, redact
from interactor_emulator.services import instances
from interactor_emulator.web.dashboard.visit import Answer, Page, Text, Visit
from interactor_emulator.wire import scenario_file


@dataclass(frozen=True, slots=True)
class Given:
    """What a copy is made of: `source` is the definition that the instance runs, `origin` this server's address."""

    led: LedHere
    source: Mapping[str, Json]
    name: str
    origin: str
    account: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to copy: its words, the name of its file, how it is made, and how it is run."""

    words: str
    filename: str
    make: Callable[[Given], str]
    run: str


def _scenario(given: Given) -> str:
    return scenario_file.text_from(replace(given.led.scenario, definition=f"{given.name}.json"))


def _definition(given: Given) -> str:
    return escaped(json.dumps(given.source, ensure_ascii=False, indent=2)) + "\n"


KINDS: Mapping[str, Kind] = {
    "scenario": Kind(
        "Scenario file",
        "{name}.scenario.json",
        _scenario,
        "Save it beside the definition, then: interactor-emulator test {name}.scenario.json",
    ),
    "pytest": Kind(
        "pytest",
        "test_{name}.py",
        lambda given: as_test(given.led.scenario, given.source),
        "It holds its definition: pytest test_{name}.py",
    ),
    "curl": Kind(
        "curl",
        "{name}.sh",
        lambda given: as_curl(given.led.scenario, given.origin, given.account),
        "Against this server, with the version that is published now: sh {name}.sh",
    ),
    "typescript": Kind(
        "TypeScript",
        "{name}.mts",
        lambda given: as_typescript(given.led.scenario, given.origin, given.account),
        "Against this server, with the version that is published now: npx tsx {name}.mts",
    ),
    "elixir": Kind(
        "Elixir",
        "{name}.exs",
        lambda given: as_elixir(given.led.scenario, given.origin, given.account),
        "Against this server, with the version that is published now: elixir {name}.exs",
    ),
    "definition": Kind("Definition", "{name}.json", _definition, "The version that the instance runs."),
}
"""All ways, in the order of the page."""


def show(visit: Visit) -> Answer:
    """The copy that `as` names, to be read; with `save` the file itself."""
    asked = visit.query.get("as", "scenario")
    kind = KINDS.get(asked)
    if kind is None:
        raise NotFound(f"There is no copy as '{asked[:50]}': it is one of {', '.join(KINDS)}")
    try:
        given = _given(visit)
        text = redact(kind.make(given), visit.account.secrets.ever)
    except ValueError as error:  # a file holds a thousand steps
        raise ValidationError(("as", f"It cannot be copied so: {error}")) from None
    notes = list(given.led.notes)
    if REDACTED in text:
        notes.append(f"A secret stood in it: put one in the place of {REDACTED} before it is run.")
    if "secrets." in encode(given.source):
        notes.append("Its scripts or calls use secrets: give the emulator of the test some of the same names.")
    filename = kind.filename.format(name=given.name)
    if "save" in visit.query:
        return Text(text, filename=filename)
    id_ = visit.params["instance_id"]
    return Page(
        "copy.html",
        f"Copy of {id_}",
        {
            "kinds": KINDS,
            "asked": asked,
            "text": text,
            "notes": notes,
            "run": kind.run.format(name=given.name),
            "filename": filename,
            "of": id_,
        },
    )


def _given(visit: Visit) -> Given:
    account, instance = visit.account, instances.get(visit.account, visit.params["instance_id"])
    happened = account.journal.of_instance(instance.id)
    secrets = account.secrets.ever
    led = led_here(instance, happened, account.caller.records, secrets)
    # Before it is written: quoted for a shell, say, a secret would be hard to find.
    hidden = scenario_file.scenario_of(redact(scenario_file.value_from(led.scenario), secrets))
    source = redact(instance.definition.source, secrets)
    name = name_from(instance.version.workflow_name, "workflow")
    return Given(LedHere(hidden, led.notes), source, name, f"http://{visit.host}", visit.account_name)
