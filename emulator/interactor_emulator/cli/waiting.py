"""What waits for a person: in a snapshot, or in a running server, be it an emulator or the service."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from interactor_emulator.adapters.http.egress import parsed
from interactor_emulator.emulator import Emulator
from interactor_emulator.explore.versions.stranded import Waiting, field_names, waiting_in
from interactor_emulator.unanswered import in_words

_SECONDS = 30.0
_PAGE = 100
_TOKEN = "INTERACTOR_TOKEN"


def in_snapshot(file: Path, workflow: str) -> list[Waiting]:
    """What waits in a snapshot. Raises InvalidSnapshot, which names the file, or OSError."""
    emulator = Emulator()
    emulator.restore(file)
    return waiting_in(emulator, workflow)


def in_server(url: str, account: str, workflow: str) -> list[Waiting]:
    """What waits in an account of a running emulator, or in the account of the service whose token INTERACTOR_TOKEN
    holds. Raises ValueError for what is no URL, OSError when nobody answers, or refuses to."""
    parsed(url)
    headers = {"X-Emulator-Account": account}
    try:
        with httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_SECONDS, trust_env=False) as client:
            answer = client.get("/_emulator/snapshot")
            if answer.is_success and answer.headers.get("content-type", "").startswith("application/json"):
                emulator = Emulator()
                emulator.restore(answer.json())
                return waiting_in(emulator, workflow)
            return list(_listed(client, workflow, answer))
    except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError) as error:
        raise OSError(f"{url} cannot be asked what waits there: {in_words(error)}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise OSError(f"{url} does not answer as the API does: {type(error).__name__} {error}") from None


def _listed(client: httpx.Client, workflow: str, refused: httpx.Response) -> Iterator[Waiting]:
    """As any client of the API sees it; `refused` is why there is no snapshot."""
    token = os.environ.get(_TOKEN)
    if not token:
        raise OSError(
            f"{client.base_url} is no emulator that gives a snapshot (it answers {refused.status_code}); to ask it as "
            f"the service is asked, set {_TOKEN}"
        )
    client.headers["Authorization"] = f"Bearer {token}"
    query: dict[str, str | int] = {"workflow_name": workflow, "status": "halted", "limit": _PAGE}
    while True:
        listed = _data(client.get("/api/v1/workflows/instances", params=query))
        for row in listed["instances"]:
            yield from _of_instance(_data(client.get(f"/api/v1/workflows/instances/{row['id']}")))
        page = listed.get("pagination") or {}
        if not page.get("has_more"):
            return
        query["cursor"] = str(page["next_cursor"])


def _data(answer: httpx.Response) -> dict[str, Any]:
    body = answer.raise_for_status().json()
    found: dict[str, Any] = body.get("data", body)
    return found


def _of_instance(instance: dict[str, Any]) -> Iterator[Waiting]:
    """Each thread that waits; what is shown is that of the one whose state the instance tells."""
    presentation, options = instance.get("halting_presentation") or {}, instance.get("halted_options") or {}
    message = str(presentation.get("message") or presentation.get("title") or options.get("instruction") or "")
    chosen = options.get("transition_mode") == "selection"
    keys = tuple(str(each["key"]) for each in options.get("choices") or () if chosen and each.get("key"))
    for thread in instance.get("threads") or ():
        if thread.get("status") == "halted":
            state, namespace = str(thread["current_state"]), instance.get("namespace")
            where = (str(instance["id"]), str(thread.get("id")), namespace, state)
            if state == instance.get("current_state"):
                yield Waiting(*where, message, field_names(presentation), keys)
            else:
                yield Waiting(*where, "")
