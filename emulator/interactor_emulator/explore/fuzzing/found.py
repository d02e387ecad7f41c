"""What was found wrong with a definition, as it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from interactor_emulator.explore.scenarios.played import Taken
from interactor_emulator.redaction import redact
from interactor_emulator.wire.scenario import Answer, Expected, Scenario, Step

from .failing import Failure
from .watching import Watched

Severity = Literal["error", "warning"]

_MOST_LINES = 24
_LONGEST_PATH = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; a `warning` takes what hardly anybody sends, or may be meant.

    `where` is a path in the definition, `state` the name of the state. What was found by a run has the smallest
    `scenario` that shows it, with what comes of it, the `path` that it takes, and in words why (`explanation`)."""

    code: str
    severity: Severity
    state: str
    where: str
    message: str
    hint: str
    scenario: Scenario | None = None
    path: tuple[str, ...] = ()
    explanation: str = ""

    @property
    def fails(self) -> bool:
        """Whether a run shows it."""
        return bool(self.path)


def told(failure: Failure, watched: Watched | None, *, usual: bool) -> Finding:
    """A failure with the run that shows it, which its emulator still holds."""
    code, state = failure.kind, failure.state
    severity: Severity = "error" if usual else "warning"
    message = failure.message if usual else f"{failure.message}, for what hardly anybody sends"
    finding = Finding(code, severity, state, _place(code, state), message, HINTS[code])
    if watched is None:
        return finding
    hidden = watched.played.emulator.account.secrets.ever
    return replace(
        finding,
        message=redact(message, hidden),
        scenario=_expecting(watched, f"{code} in {state}"),
        path=watched.played.path,
        explanation=redact(_cut(watched.played.run.explain()), hidden),
    )


def _expecting(watched: Watched, name: str) -> Scenario:
    """The case, with what comes of it now."""
    played = watched.played
    path = played.path if len(played.path) <= _LONGEST_PATH else None
    expected = Expected(played.status, played.state, path, error=played.error)
    return replace(
        watched.scenario, name=name, steps=tuple(map(_as_taken, played.steps)), expect=expected, definition=None
    )


def _as_taken(taken: Taken) -> Step:
    return replace(taken.step, refused=taken.refused) if isinstance(taken.step, Answer) else taken.step


def _cut(text: str) -> str:
    """A run in a circle has thousands of decisions: the first and the last of them say it all."""
    lines = text.splitlines()
    if len(lines) <= _MOST_LINES:
        return text
    half = _MOST_LINES // 2
    return "\n".join([*lines[:half], f"… {len(lines) - 2 * half} lines …", *lines[-half:]])


def _place(code: str, state: str) -> str:
    """The path of what is to be mended."""
    member = _MEMBERS.get(code)
    return f"states.{state}" if member is None else f"states.{state}.{member}"


_MEMBERS: Mapping[str, str] = {
    "script_error": "logic",
    "script_timeout": "logic",
    "data_too_large": "logic",
    "secret_in_output": "logic",
    "unsendable_request": "logic",
    "unmatched_data": "transitions",
    "refused_answer": "transitions",
    "waiting_join": "transitions",
    "never_ends": "transitions",
    "thread_limit": "fork",
}

HINTS: Mapping[str, str] = {
    "script_error": "Read what may be missing with ?. or with a default, or make it required",
    "script_timeout": "Let the script end: for this case it does not",
    "unmatched_data": "Add a transition for this case, or a last one without a condition",
    "refused_answer": "Add a transition for this answer, or a last one without a condition; or narrow the form",
    "endless_loop": "Give the circle a transition that ends it, or a state that halts",
    "waiting_join": "Give the state a way to a terminal one: a forked thread completes there",
    "never_ends": "Add a transition, or make the state terminal",
    "data_too_large": "Keep less: workflow_data holds 256 KB at most",
    "secret_in_output": "Return whether it is there instead, and use ${secrets.NAME} in HTTP logic",
    "unsendable_request": "Check what is put into the URL and the headers, before the call",
    "thread_limit": "Fork fewer threads, or join them before the state is entered again",
    "unshowable": "Show less of it: what is put into the texts is too long",
    "unreachable_state": "Let a transition lead to it, or remove it",
    "shadowed_transition": "Put it before the transition that takes its cases, or remove it",
    "impossible_transition": "Mend its condition, or remove it",
    "not_taken": "See whether its condition is what is meant",
    "beside_the_form": "Ask for it in the form, or mend the condition",
    "no_end": "Give it a way to a terminal state",
    "unjoined_fork": "Let the thread come to a state with join before it needs what the others do",
    "unset_field": "Mend the name, or store the field",
    "unread_field": "Read it in a condition, a script or a template, or do not ask for it",
    "internal_fault": "This is a fault of the emulator: please report it with this case",
}
"""By code what to do about it."""
