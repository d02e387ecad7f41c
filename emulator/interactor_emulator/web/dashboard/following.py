"""That something has happened, for the pages of one account: named by the query, since a page sends no header."""

from starlette.types import Receive, Scope, Send

from interactor_emulator import bounds
from interactor_emulator.errors import InteractorError, NotFound, RateLimited
from interactor_emulator.web.call import query_of
from interactor_emulator.web.follower import Nudging
from interactor_emulator.web.hosting.hosted import DEFAULT, Accounts
from interactor_emulator.web.loopback import Loopback
from interactor_emulator.web.respond import Response

_RETRY_SECONDS = 30


class Follow:
    """The stream of an account, from now on: a page that comes to it looks at everything anyway."""

    def __init__(self, accounts: Accounts, loopback: Loopback) -> None:
        self._accounts = accounts
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent: dict[bytes, bytes] = dict(scope["headers"])
        try:
            self._loopback.check(sent)
            account = self._accounts.get(query_of(scope["query_string"]).get("account", DEFAULT))
            if account is None:
                raise NotFound
            if account.happenings.followers >= bounds.FOLLOWERS.most:
                raise RateLimited(_RETRY_SECONDS)
            following = Nudging(account)
        except InteractorError as error:
            await Response(error.status, [], error.message.encode())(scope, receive, send)
            return
        await following(scope, receive, send)
