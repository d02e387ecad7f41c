"""Runs of a workflow in what was recorded between apps and a server: each create, and the answers that were taken."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from interactor_emulator.contract.recording import read
from interactor_emulator.contract.said import Said as Row
from interactor_emulator.explore.versions.retold import Recorded, Said

_CREATE = re.compile(r"/workflows/([^/]+)/instances")
# The instance itself, one of its threads, and what is done to it.
_OF_INSTANCE = re.compile(r"/workflows/instances/([^/]+)(?:/threads/([^/]+))?(?:/(resume|cancel))?")


def recorded_runs(files: Iterable[Path], workflow: str) -> list[Recorded]:
    """The runs of this workflow in these files, in their order. Raises Unreadable, or OSError."""
    found: dict[str, Recorded] = {}
    for file in files:
        for number, row in enumerate(read(file).rows, 1):
            if 200 <= row.status < 300:
                _add(found, row, workflow, f"{file}: row {number}")
    return list(found.values())


def _add(found: dict[str, Recorded], row: Row, workflow: str, where: str) -> None:
    path = row.path.partition("?")[0]
    sent, data = _object(row.sent), _object(_object(row.body).get("data", row.body))
    if row.method == "POST" and (create := _CREATE.fullmatch(path)) is not None and create[1] == workflow:
        # A key that was used again is answered with the same instance.
        created = _created(sent, str(data.get("id")), where)
        found.setdefault(created.id, _told(created, data))
    elif (of := _OF_INSTANCE.fullmatch(path)) is not None and of[1] in found:
        run = found[of[1]]
        if row.method == "POST" and of[3] is not None:
            said = Said(_object(sent.get("input")) if of[3] == "resume" else None, of[2])
            run = replace(run, answers=(*run.answers, said))
        if of[3] is not None or (row.method == "GET" and of[2] is None):
            found[run.id] = _told(run, data)


def _created(sent: dict[str, Any], id_: str, where: str) -> Recorded:
    namespace = sent.get("namespace")
    return Recorded(where, id_, _object(sent.get("input")), namespace if isinstance(namespace, str) else None)


def _told(run: Recorded, data: dict[str, Any]) -> Recorded:
    """With what an answer has told of where it stands."""
    state, known = data.get("current_state"), data.get("workflow_data")
    return replace(
        run,
        state=state if isinstance(state, str) else run.state,
        data=known if isinstance(known, dict) else run.data,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
