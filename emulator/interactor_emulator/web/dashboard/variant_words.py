"""What each variant is about, and what each of its values means."""

from collections.abc import Mapping

MEANINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "answers": (
        "What create and resume answer",
        {"short": "as the JSON examples show", "whole": "all members of the instance"},
    ),
    "history_bounds": (
        "Whether “after” and “before” of a history include that very instant",
        {"exclusive": "they do not", "inclusive": "they do"},
    ),
    "idempotent_refusals": (
        "A refusal that changed nothing, asked for again with the same key",
        {"forgotten": "is tried anew", "kept": "is answered again"},
    ),
    "idempotent_other_body": (
        "The same idempotency key with another body",
        {"original": "gets the original response", "conflict": "is refused with 409"},
    ),
    "thread_rows": (
        "What the list of threads has",
        {"short": "three members a thread", "whole": "also what each halted thread shows"},
    ),
    "thread_ends": (
        "What threads are called that a failure or a cancel has stopped",
        {"completed": "completed", "named": "failed or cancelled"},
    ),
    "form_answers": (
        "An answer that is not as its form asks",
        {"taken": "is taken, and noticed here", "checked": "is refused"},
    ),
    "ttl_event": (
        "The webhook of an instance that its lifetime ends",
        {"cancelled": "workflow.instance.cancelled", "none": "none"},
    ),
    "array_contains": (
        "Whether the operator contains looks for an element of an array",
        {"true": "it does", "false": "it looks at texts only"},
    ),
    "on_enter": ("Logic of on_enter", {"available": "runs", "ignored": "does not"}),
    "http_timeout": ("The timeout of an HTTP call", {"available": "counts", "ignored": "does not"}),
    "http_retry": ("The retries of an HTTP call", {"available": "are made", "ignored": "are not"}),
    "webhook_refusals": (
        "A webhook that a receiver answers with 400, 401, 403 or 404",
        {"retried": "is sent again", "final": "is not"},
    ),
    "webhook_signature": (
        "The signature of a webhook",
        {"prefixed": "begins with sha256=", "bare": "is the digits alone"},
    ),
    "refresh_tokens": (
        "Who gets a refresh token",
        {"all": "everybody, client credentials included", "users": "users alone"},
    ),
    "user_key": (
        "The member and parameter that say whose an instance is",
        {"namespace": "namespace", "external_user_id": "external_user_id", "user_ref": "user_ref"},
    ),
    "lists": (
        "Where a list stands under data",
        {"wrapped": "under its name", "bare": "data is the list itself"},
    ),
    "validation_status": ("The status of a validation error", {"400": "400", "422": "422"}),
}
