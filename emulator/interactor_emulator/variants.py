"""What could be otherwise: where the document contradicts itself, is silent, or says "verify availability with your
version", the emulator follows a default and can be told another value.

A row each; each is read where its rule is applied. `fixtures/FIDELITY.md` says where every one of them comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from .nearest import hint


@dataclass(slots=True)
class Variants:
    """The values in force, the first of each being the default. Setting one to a value that it has not, or one that
    does not exist, raises ValueError."""

    # Create and resume answer as the JSON examples show, or as Get does, which the usage examples read.
    answers: Literal["short", "whole"] = "short"
    # "after", "before": whether an event of that very second is shown.
    history_bounds: Literal["exclusive", "inclusive"] = "exclusive"
    # "The original response is returned": also a refusal that changed nothing?
    idempotent_refusals: Literal["forgotten", "kept"] = "forgotten"
    # The same key with another body: the original response, or 409.
    idempotent_other_body: Literal["original", "conflict"] = "original"
    # Three members a thread, or with what each halted thread shows.
    thread_rows: Literal["short", "whole"] = "short"
    # Threads that a failure or a cancel has stopped: of the document's three types, or of its five statuses.
    thread_ends: Literal["completed", "named"] = "completed"
    # "required" and bounds of a form: nobody says who checks them.
    form_answers: Literal["taken", "checked"] = "taken"
    # "Manually cancelled" against "Auto-cancelled after".
    ttl_event: Literal["cancelled", "none"] = "cancelled"
    # "String contains": of an element in an array as well?
    array_contains: Literal["true", "false"] = "true"
    # "Optional enhancement; verify availability with your version", these three.
    on_enter: Literal["available", "ignored"] = "available"
    http_timeout: Literal["available", "ignored"] = "available"
    http_retry: Literal["available", "ignored"] = "available"
    # "Non-2xx responses trigger retries": also 400, 401, 403 and 404?
    webhook_refusals: Literal["retried", "final"] = "retried"
    # With `sha256=` before the digits, or without.
    webhook_signature: Literal["prefixed", "bare"] = "prefixed"
    # Whether client credentials are given a refresh token.
    refresh_tokens: Literal["all", "users"] = "all"
    # The member and the parameter that name whose an instance is.
    user_key: Literal["namespace", "external_user_id", "user_ref"] = "namespace"
    # `{"data": {"instances": […]}}`, or the array itself under `data`.
    lists: Literal["wrapped", "bare"] = "wrapped"
    # The status of a `validation_error`.
    validation_status: Literal["400", "422"] = "400"

    def __setattr__(self, name: str, value: Any) -> None:
        # Nearly always it is one of them, and then there is nothing to be made of it.
        object.__setattr__(self, name, value if value in VARIANTS.get(name, ()) else _checked(name, value))

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set those that are named, or none of them where one is wrong: then ValueError is raised."""
        for name, value in changes.items():
            _checked(name, value)
        for name, value in changes.items():
            setattr(self, name, value)

    def values(self) -> dict[str, str]:
        """All of them, by name."""
        return {name: getattr(self, name) for name in VARIANTS}

    def become(self, other: "Variants") -> None:
        """Take all values of these, which have been checked."""
        for name in VARIANTS:
            object.__setattr__(self, name, getattr(other, name))


VARIANTS: Mapping[str, tuple[str, ...]] = {each.name: get_args(each.type) for each in fields(Variants)}
"""The values of each, the default first."""


def variants_from(changes: "Variants | Mapping[str, Any] | None") -> Variants:
    """The defaults with some changed by name; raises ValueError for a name or a value that there is not."""
    if not isinstance(changes, Variants | Mapping | None):
        raise ValueError(f"variants are given by name, as a dict, not as {type(changes).__name__}")
    found = Variants()
    found.change(changes.values() if isinstance(changes, Variants) else changes or {})
    return found


def _checked(name: str, value: object) -> str:
    """The value as the table has it; files and JSON have booleans and numbers of their own."""
    if name not in VARIANTS:
        raise ValueError(f"unknown variant {name!r}; {hint(name, VARIANTS)}")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if text not in VARIANTS[name]:
        raise ValueError(f"variant {name} is {' or '.join(VARIANTS[name])}, not {text[:100]!r}")
    return text
