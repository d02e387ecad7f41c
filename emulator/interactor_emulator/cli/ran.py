"""What came of `run`, for programs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from interactor_emulator.wire import seen

from .run import answer_like, halted

if TYPE_CHECKING:
    from interactor_emulator.facade.run import Run, RunThread
    from interactor_emulator.state.events import RetryScheduled
    from interactor_emulator.wire.control import Decision

    from . import shapes


def as_json(
    run: "Run",
    refused: "shapes.RefusedAnswer | None",
    retries: "Iterable[RetryScheduled]",
    diagnostics: "list[shapes.Told]",
    findings: "list[shapes.Finding]",
    not_needed: list[str],
) -> "shapes.Ran":
    """Secrets are still in it. An answer after which the run has failed was accepted."""
    failure = run.failure
    return {
        "workflow": run.workflow,
        "instance_id": run.id,
        "status": run.status,
        "state": run.state,
        "path": run.path,
        "data": run.data,
        "error": None if failure is None else {"code": failure.code, "message": failure.message},
        "refused": None if run.status == "failed" else refused,
        "waiting": [_waiting(each) for each in halted(run)],
        "retries": [_retry(each) for each in retries],
        "explanation": run.explain(),
        "decisions": [cast("Decision", seen.decision(each)) for each in run.decisions()],
        "diagnostics": diagnostics,
        "findings": findings,
        "not_needed": not_needed,
    }


def _waiting(thread: "RunThread") -> "shapes.WaitingFor":
    options = thread.options
    return {
        "thread": thread.id,
        "state": thread.state,
        "presentation": thread.presentation,
        "instruction": None if options is None else options.instruction,
        "choices": [] if options is None else [each.key or "" for each in options.choices],
        "like": answer_like(thread),
    }


def _retry(retry: "RetryScheduled") -> "shapes.WaitingCall":
    return {
        "state": retry.state,
        "attempt": retry.attempt,
        "delay_seconds": retry.delay_seconds,
        "code": retry.error_code,
        "message": retry.message,
    }
