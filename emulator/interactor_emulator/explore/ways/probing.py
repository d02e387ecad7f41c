"""What a script reads of its input and of the data, seen by running it on something that keeps what is read of it."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from interactor_emulator.account.account import Account
from interactor_emulator.definition.model import Definition
from interactor_emulator.effects import RunScript, ScriptResult
from interactor_emulator.explore.values.mentioned import codes

Read = tuple[str, tuple[str, ...] | None]
"""A path, and, where it was read as an array, the members that were read of an element; else None."""

_MOST = 60


def reads(account: Account, definition: Definition) -> dict[str, list[Read]]:
    """By the code of each script what it reads, as far as one run shows it. A script that ends in an error has read
    what it had read by then."""
    found = {code for state in definition.states.values() for code in codes(state)}
    return {code: list(_reads(account, code)) for code in sorted(found)}


def _reads(account: Account, code: str) -> Iterator[Read]:
    context = {"namespace": None, "instance_id": "inst_probe", "workflow_name": "probe", "state_name": "probe"}
    answer = account.driver.run(RunScript(_wrapped(code), {}, {}, context).perform())
    if isinstance(answer, ScriptResult) and answer.value is not None:
        paths = answer.value.get("read")
        yield from _as_lists([str(path) for path in paths] if isinstance(paths, list) else [])


def _wrapped(code: str) -> str:
    return (
        f"{_probe()}\ntry {{ (function (input, workflow_data) {{\n{code}\n}})(probe('', 0), probe('', 0)); }}"
        "\ncatch (_) {}\nreturn { read: [...read].slice(0, 1000) };"
    )


@cache
def _probe() -> str:
    return files(__package__).joinpath("probe.js").read_text("utf-8")


def _as_lists(paths: list[str]) -> Iterator[Read]:
    """`items.0.price` says that `items` is a list, and that its elements have a price."""
    elements: dict[str, list[str]] = {}
    plain: dict[str, None] = {}
    for path in (path.removeprefix(".") for path in paths):
        before, is_element, after = path.partition(".0")
        if is_element and (not after or after.startswith(".")):
            elements.setdefault(before, []).append(after.removeprefix("."))
        else:
            plain[path] = None
    leaves = [path for path in plain if path not in elements and not any(each.startswith(f"{path}.") for each in plain)]
    found: Mapping[str, tuple[str, ...] | None] = {
        **{path: tuple(filter(None, names)) for path, names in elements.items()},
        **dict.fromkeys(leaves),
    }
    yield from list(found.items())[:_MOST]
