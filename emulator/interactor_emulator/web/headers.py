"""Headers that the API does not read: accepted and ignored, with a diagnostic."""

from collections.abc import Mapping

from interactor_emulator.account.account import Account
from interactor_emulator.state.events import Noticed

# What proxies and browsers add, and what the emulator reads itself.
_KNOWN = (b"x-request-id", b"x-forwarded-", b"x-real-ip", b"x-emulator-account", b"x-requested-with")


def notice_unknown(account: Account, sent: Mapping[bytes, bytes], request_id: str) -> None:
    """Tell once of each header that looks as if it were meant for the API, like `X-Namespace`."""
    for name in sent:
        if name[:2] == b"x-" and not name.startswith(_KNOWN) and name not in account.unknown_headers:
            account.unknown_headers.add(name)
            shown = name.decode("latin-1")[:100]
            message = f"The API does not read the header {shown}"
            hint = "The service ignores it too; a namespace goes into the body, as `namespace`"
            account.journal.append(Noticed("unknown_header", message, hint, request_id=request_id))
