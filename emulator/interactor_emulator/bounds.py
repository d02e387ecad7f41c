"""The bounds that are ours: nothing that a client sends grows without one, and what is large keeps nobody waiting.

A row each, all of them inferred; `docs/reference/bounds.md` is written from this table. The numbers of the service
itself, and those that a test may want to set, are in `limits.py`.
"""

from dataclasses import dataclass

from .limits import KB, MB


@dataclass(frozen=True, slots=True)
class Bound:
    """So much of something, in some unit, and what happens beyond."""

    most: int
    unit: str
    of: str
    beyond: str


# ---- of a request

HEAD = Bound(64 * KB, "bytes", "the headers of a request, names and values", "400, and the connection is closed")
BODY = Bound(1 * MB, "bytes", "a body that is no definition, at the API and the control API", "413")
SNAPSHOT = Bound(64 * MB, "bytes", "a snapshot at `PUT /_emulator/snapshot`; a file has none", "413")
OAUTH_BODY = Bound(64 * KB, "bytes", "a body of an OAuth call", "`invalid_request`")
KEY = Bound(200, "characters", "an `Idempotency-Key` as it is kept", "its SHA-256 is kept in its place")
CONTROL_FAULTS = Bound(20, "faults", "one control call", "the first are told")

SCENARIO = Bound(1 * MB, "bytes", "a scenario file", "it is not read")
SCENARIO_STEPS = Bound(1_000, "steps, or stubs", "a scenario", "it is refused")

PROOFS = Bound(
    50_000,
    "looks of one comparison at another",
    "the ways through a definition that is loaded or validated, and as many for the ways out of its states",
    "the rest counts as possible, and no warning is given of it",
)

# ---- of an answer

ERRORS = Bound(1_000, "errors", "one definition", "the first are listed, and the rest is not looked at")
PAGE = Bound(8 * MB, "bytes", "the events of a page of the history", "the page ends with the event that passes it")
SHOWN = Bound(8 * MB, "bytes", "the bodies in a list of the control API", "the latest are listed")
EXPLAINED = Bound(10_000, "clauses", "an explanation over HTTP", "the latest decisions are told")
STREAMS = Bound(10, "streams", "one account at once, while rates are limited", "429")

CALL_DELAY = Bound(60, "seconds", "what a fault rule may delay an answer", "it is refused")
FOLLOWERS = Bound(100, "streams of all that happens", "one account at once", "429")

# ---- of a run

RENDERED = Bound(
    1 * MB, "characters", "what is filled into one presentation or one request", "`internal_error`, or `http_error`"
)
HTTP_ANSWER = Bound(1 * MB, "bytes", "what is read of an HTTP answer", "`http_error`; of a webhook the status counts")

# ---- of what is kept

NOTICES = Bound(1_000, "diagnostics", "an account, each code, place and message once", "the oldest goes")
NOTICE = Bound(2_000, "characters", "the message of a diagnostic", "it is cut")
NOTICES_OF_REQUEST = Bound(20, "diagnostics of one kind", "one request, version or rendering", "the first are kept")
REFUSED = Bound(20, "answers that matched no transition", "an instance", "the oldest goes")
VALUE = Bound(1 * KB, "characters", "such an answer, and each value that an explanation shows", "it is cut")
HAPPENINGS = Bound(
    5_000, "happenings", "an account, for its followers", "the oldest goes, and who comes back is told so"
)
HAPPENING = Bound(500, "characters", "each text of a happening; of a script's log ten lines", "it is cut")
EXCHANGES = Bound(300, "requests of the API, with their answers", "an account", "the oldest goes")
EXCHANGED = Bound(8 * KB, "characters", "each body of these", "it is cut")
FIRED = Bound(1_000, "things that fell due and fired", "an account", "the oldest is forgotten")
SENT = Bound(1_000, "requests of HTTP logic", "an account", "the oldest goes")
SENT_BYTES = Bound(32 * MB, "bytes", "the bodies of these requests and of their answers", "the oldest goes")
DELIVERED_BYTES = Bound(32 * MB, "bytes", "the bodies of deliveries that are over", "the oldest goes")
DEAD_LETTERS = Bound(5_000, "dead letters", "an account", "the oldest goes")
TRIALS = Bound(20, "receivers on trial", "an account", "the oldest is ended, and forgotten")
FAULTS = Bound(1_000, "fault rules", "an account", "it is refused")
STUBS = Bound(1_000, "stubs of HTTP logic", "an account", "it is refused")
SECRETS = Bound(1_000, "secrets", "an account", "it is refused")
SECRET = Bound(16 * KB, "characters", "one secret", "it is refused")
FORMER_SECRETS = Bound(100, "values that a secret had before", "an account", "the oldest is hidden no more")
REFRESH_TOKENS = Bound(1_000, "refresh tokens", "an account", "the oldest goes")
KNOWN_TOKENS = Bound(1_000, "access tokens whose signature was checked", "a server", "they are checked anew")

BOUNDS: dict[str, Bound] = {name: each for name, each in globals().items() if isinstance(each, Bound)}
"""All of them, in the order of the table."""
