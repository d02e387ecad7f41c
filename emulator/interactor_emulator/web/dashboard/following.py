"""That something has happened, for the pages of one account: named by the query, since a page sends no header."""

from starlette.types import Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.errors import NotFound, RateLimited
from interactor_emulator.web.call import query_of
from interactor_emulator.web.follower import Nudging
from interactor_emulator.web.hosting.hosted import DEFAULT, Accounts

_RETRY_SECONDS = 30


class Follow:
    """The stream of an account, from now on: a page that comes to it looks at everything anyway."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        account = self._accounts.get(query_of(scope["query_string"]).get("account", DEFAULT))
        if account is None:
            raise NotFound
        if account.happenings.followers >= bounds.FOLLOWERS.most:
            raise RateLimited(_RETRY_SECONDS)
        await Nudging(account)(scope, receive, send)
