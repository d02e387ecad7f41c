"""Every number of the document, once, each with the sentence it comes from.

A size is in bytes of compact JSON, a time in seconds, unless the name says otherwise. 1 KB is 1024 bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

KB = 1024
MB = 1024 * KB
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one account. A test may lower any of them; the defaults are the service's own.

    Sizes and counts are whole numbers, times are finite; raises ValueError for a number that a limit does not take."""

    # "Max workflow name length | 64 chars | Alphanumeric, underscores, hyphens"
    workflow_name_characters: int = 64
    # "Max states per workflow | 100 | Including terminal states"
    states_per_workflow: int = 100
    # "Max transitions per state | 20 | Evaluated in order"
    transitions_per_state: int = 20
    # "Max script code size | 64 KB | Per script logic block"
    script_code_bytes: int = 64 * KB
    # "Max presentation fields | 50 | Per halting state"
    presentation_fields: int = 50
    # "Max workflow definition size | 1 MB | Total JSON size"
    definition_bytes: int = 1 * MB
    # Inferred: a longer definition is told as a fault of the definition, up to a body of this length.
    definition_body_bytes: int = 8 * MB

    # "Max `workflow_data` size | 256 KB | Accumulated across states"
    workflow_data_bytes: int = 256 * KB
    # "Max input payload size | 64 KB | Per resume/create call"
    input_bytes: int = 64 * KB
    # "Max concurrent threads | 10 | Per instance"
    threads_per_instance: int = 10
    # "Instance TTL (running) | 30 days | Auto-cancelled after"
    running_ttl_seconds: int = 30 * DAY
    # "Instance TTL (halted) | 90 days | Auto-cancelled after"
    halted_ttl_seconds: int = 90 * DAY
    # Inferred: in background mode a state lasts this long, on the emulator's clock, unless somebody looks at it.
    background_state_seconds: float = 2.0
    # "Max instances per namespace | 10,000 | Active instances"
    instances_per_namespace: int = 10_000

    # "Max file size | 10 MB"
    file_bytes: int = 10 * MB
    # "Max files per field | 5"
    files_per_field: int = 5
    # "File retention | 7 days after instance completion"
    file_retention_seconds: int = 7 * DAY
    # Published: a stream has a heartbeat every 30 seconds. Wall time, since it keeps a connection open.
    heartbeat_seconds: float = 30.0
    # Inferred: a stream whose reader has left so much unread is closed.
    stream_unread_bytes: int = 1 * MB

    # "Execution timeout | 5 seconds"
    script_seconds: float = 5.0
    # "Memory limit | 16 MB"
    script_memory_bytes: int = 16 * MB
    # "Keep scripts simple and fast (<100ms recommended)": a slower one is only noticed.
    slow_script_seconds: float = 0.1
    # Inferred: 100 lines of 1,000 characters for each script.
    log_lines: int = 100
    log_line_characters: int = 1_000
    # "timeout": 30000 in the document's HTTP example, in force when it is left out (inferred).
    http_timeout_ms: int = 30_000
    # Inferred: one run without a halt.
    transitions_per_run: int = 1_000

    # "Read operations | 1000 req | per minute"
    reads_per_minute: int = 1_000
    # "Write operations | 100 req | per minute"
    writes_per_minute: int = 100
    # "Instance creation | 50 req | per minute"
    creations_per_minute: int = 50

    # "Tokens expire after 1 hour."
    access_token_seconds: int = 1 * HOUR
    # Published: a refresh token lasts 7 days.
    refresh_token_seconds: int = 7 * DAY

    # "timeouts (30s) trigger retries"
    webhook_timeout_seconds: float = 30
    # "Webhook deliveries | 1000 events | per minute per subscription"
    webhook_events_per_minute: int = 1_000
    # "whsec_your_webhook_secret_min_32_chars"
    webhook_secret_characters: int = 32
    # Inferred, of the record that is kept: what a receiver answered, and how many deliveries that are over.
    webhook_answer_bytes: int = 2_048
    webhook_deliveries_kept: int = 10_000

    # A JSON body nested deeper than this is refused (inferred: CPython 3.11 gives up near 1,000, later versions do not;
    # one number makes every interpreter answer alike).
    json_depth: int = 100

    def __post_init__(self) -> None:
        for each in fields(self):
            _TAKES.get(each.name, _COUNT if each.type is int else _SECONDS).check(each.name, getattr(self, each.name))


# Of more than this no engine, clock or token makes anything.
_MOST = 10**12


@dataclass(frozen=True, slots=True)
class _Takes:
    """Which numbers a limit takes, inferred: those with which the emulator still does what the limit is for."""

    said: str
    least: float = 0
    most: float = _MOST
    whole: bool = True

    def check(self, name: str, value: object) -> None:
        kinds = int if self.whole else int | float
        if isinstance(value, bool) or not isinstance(value, kinds) or not self.least <= value <= self.most:
            raise ValueError(f"limit {name} is {self.said}, not {repr(value)[:_SHOWN_CHARACTERS]}")


_SHOWN_CHARACTERS = 100
# Thirty years; no wait of the interpreter's may be longer than three hundred.
_MOST_SECONDS = 10**9
_COUNT = _Takes(f"a whole number from 0 to {_MOST}")
_SECONDS = _Takes(f"a number of seconds above 0, at most {_MOST_SECONDS}", 1e-6, _MOST_SECONDS, whole=False)
_SOME = _Takes(f"a whole number from 1 to {_MOST}", 1)
_TAKES: Mapping[str, _Takes] = {
    **dict.fromkeys(
        (
            "workflow_name_characters",
            "states_per_workflow",
            "threads_per_instance",
            "transitions_per_run",
            "running_ttl_seconds",
            "halted_ttl_seconds",
            "http_timeout_ms",
            "access_token_seconds",
            "refresh_token_seconds",
        ),
        _SOME,
    ),
    # A script's engine needs this much before a script has done anything.
    "script_memory_bytes": _Takes(f"a whole number from {256 * KB} to {_MOST}", 256 * KB),
    # Every script is slow, or none: it is only noticed.
    "slow_script_seconds": _Takes("a number of seconds, 0 or more", most=float("inf"), whole=False),
    # A body is an object: one level. Deeper than the most, some interpreter gives up first.
    "json_depth": _Takes("a whole number from 1 to 200", 1, 200),
}

LIMITS = Limits()
"""The service's own."""
