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

    workflow_name_characters: int = 64
    """ "Max workflow name length | 64 chars | Alphanumeric, underscores, hyphens" Beyond: the definition is invalid."""
    states_per_workflow: int = 100
    """ "Max states per workflow | 100 | Including terminal states" Beyond: the definition is invalid."""
    transitions_per_state: int = 20
    """ "Max transitions per state | 20 | Evaluated in order" Beyond: the definition is invalid."""
    script_code_bytes: int = 64 * KB
    """ "Max script code size | 64 KB | Per script logic block" Beyond: the definition is invalid, and the code is not
    parsed."""
    presentation_fields: int = 50
    """ "Max presentation fields | 50 | Per halting state" Beyond: the definition is invalid."""
    definition_bytes: int = 1 * MB
    """ "Max workflow definition size | 1 MB | Total JSON size" Beyond: the definition is invalid, and not looked at."""
    definition_body_bytes: int = 8 * MB
    """Inferred: a longer definition is told as a fault of the definition, up to a body of this length. Beyond: 413
    `payload_too_large`."""

    workflow_data_bytes: int = 256 * KB
    """ "Max `workflow_data` size | 256 KB | Accumulated across states" Beyond: logic fails with its own code, and an
    answer is refused with 413."""
    input_bytes: int = 64 * KB
    """ "Max input payload size | 64 KB | Per resume/create call" Beyond: 413 `payload_too_large`."""
    threads_per_instance: int = 10
    """ "Max concurrent threads | 10 | Per instance" Beyond: the instance that forks fails with `internal_error`."""
    running_ttl_seconds: int = 30 * DAY
    """ "Instance TTL (running) | 30 days | Auto-cancelled after" Beyond: it is cancelled, with the reason
    `ttl_expired`."""
    halted_ttl_seconds: int = 90 * DAY
    """ "Instance TTL (halted) | 90 days | Auto-cancelled after" Beyond: it is cancelled, with the reason `ttl_expired`.
    """
    background_state_seconds: float = 2.0
    """Inferred: in background mode a state lasts this long, on the emulator's clock, unless somebody looks at it.
    Beyond: the instance goes on."""
    instances_per_namespace: int = 10_000
    """ "Max instances per namespace | 10,000 | Active instances" Beyond: 429 `namespace_quota_exceeded`."""

    file_bytes: int = 10 * MB
    """ "Max file size | 10 MB" Beyond: 413 `payload_too_large`."""
    files_per_field: int = 5
    """ "Max files per field | 5" Beyond: 400 `validation_error`."""
    file_retention_seconds: int = 7 * DAY
    """ "File retention | 7 days after instance completion" Beyond: the file is gone."""
    heartbeat_seconds: float = 30.0
    """Published: a stream has a heartbeat every 30 seconds. Wall time, since it keeps a connection open."""
    stream_unread_bytes: int = 1 * MB
    """Inferred: so much may a reader of a stream leave unread. Beyond: the stream is closed."""

    script_seconds: float = 5.0
    """ "Execution timeout | 5 seconds" Beyond: `script_timeout`."""
    script_memory_bytes: int = 16 * MB
    """ "Memory limit | 16 MB" Beyond: `script_error`."""
    slow_script_seconds: float = 0.1
    """ "Keep scripts simple and fast (<100ms recommended)" Beyond: the diagnostic `slow_script`, and nothing else."""
    log_lines: int = 100
    """Inferred: so many lines of each script are kept. Beyond: the rest is dropped."""
    log_line_characters: int = 1_000
    """Inferred: so much of each of these lines is kept. Beyond: it is cut."""
    http_timeout_ms: int = 30_000
    """ "timeout": 30000 in the document's HTTP example, in force when it is left out (inferred). Wall time. Beyond:
    `http_timeout`."""
    transitions_per_run: int = 1_000
    """Inferred: one run without a halt. Beyond: the instance fails with `internal_error`."""

    reads_per_minute: int = 1_000
    """ "Read operations | 1000 req | per minute" Beyond: 429 `rate_limited`, where rates are limited."""
    writes_per_minute: int = 100
    """ "Write operations | 100 req | per minute" Beyond: 429 `rate_limited`, where rates are limited."""
    creations_per_minute: int = 50
    """ "Instance creation | 50 req | per minute" Beyond: 429 `rate_limited`, where rates are limited."""

    access_token_seconds: int = 1 * HOUR
    """ "Tokens expire after 1 hour." Beyond: 401 `unauthorized`."""
    refresh_token_seconds: int = 7 * DAY
    """Published: a refresh token lasts 7 days. Beyond: `invalid_grant`."""

    webhook_timeout_seconds: float = 30
    """ "timeouts (30s) trigger retries" Beyond: the attempt has failed, and the next one is made in its time."""
    webhook_events_per_minute: int = 1_000
    """ "Webhook deliveries | 1000 events | per minute per subscription" Beyond: the rest waits for the next minute."""
    webhook_secret_characters: int = 32
    """ "whsec_your_webhook_secret_min_32_chars": so many at least. Beyond: 400 `validation_error` for a shorter one."""
    webhook_answer_bytes: int = 2_048
    """Inferred: so much is kept of what a receiver answered. Beyond: it is cut."""
    webhook_deliveries_kept: int = 10_000
    """Inferred: so many deliveries that are over are kept. Beyond: the oldest goes."""

    json_depth: int = 100
    """A JSON body nested deeper than this is refused (inferred: CPython 3.11 gives up near 1,000, later versions do
    not; one number makes every interpreter answer alike). Beyond: 400 `validation_error`."""

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
