"""The accounts that one server hosts."""

from collections.abc import Callable, Iterator, Mapping

from interactor_emulator.account.account import Account
from interactor_emulator.account.host import NOBODY, Host
from interactor_emulator.services import due

DEFAULT = "default"
# No name of an account holds it.
_AGAIN = "~"


class Ticking(Host):
    """A host that does by itself what falls due, beside the requests."""

    def fire_due(self, account: Account) -> None:
        """Fire what is due in an account."""


class Accounts:
    """Accounts by name; `default` is the one that is meant when none is named."""

    def __init__(self, default: Account) -> None:
        self._accounts: dict[str, Account] = {DEFAULT: default}
        self._tickers: list[Ticking] = []
        # How many requests there were: who does something beside them can see that one has come.
        self.requests = 0
        self._told: list[Callable[[Account], None]] = []
        self._removed: dict[str, int] = {}

    @property
    def default(self) -> Account:
        return self._accounts[DEFAULT]

    def get(self, name: str) -> Account | None:
        return self._accounts.get(name)

    def names(self) -> list[str]:
        """Of all accounts, the default one first."""
        return list(self._accounts)

    def by_token(self, organization: str) -> Account | None:
        """The account that a token was issued in: one of the same name that was removed is another one."""
        name = organization.partition(_AGAIN)[0]
        account = self._accounts.get(name)
        return account if account is not None and account.name == organization else None

    def organization(self, name: str) -> str:
        """What the tokens of a new account of this name say: "tokens die with their account"."""
        times = self._removed.get(name, 0)
        return f"{name}{_AGAIN}{times + 1}" if times else name

    def tell_of_forgetting(self, told: Callable[[Account], None]) -> None:
        """Call this with every account before it is emptied or removed, those to come included."""
        self._told.append(told)
        for account in self:
            account.before_reset.append(told)

    def put(self, name: str, account: Account) -> None:
        """Host an account under this name, in place of one that had it."""
        account.before_reset += self._told
        account.substitutes += self.default.substitutes
        self._accounts[name] = account
        self._serve_all()

    def host_only(self, default: Account) -> None:
        """Host this account as the default one, and no other."""
        for account in self:
            account.served_by(NOBODY)
            if account is not default:
                account.happenings.end()
        self._accounts = {DEFAULT: default}
        self._serve_all()

    def remove(self, name: str) -> None:
        account = self._accounts.pop(name)
        self._removed[name] = self._removed.get(name, 0) + 1
        with account.driver.lock:
            account.end()

    def watch(self, ticker: Ticking) -> None:
        """Let this ticker know of everything that becomes due, until it ends."""
        self._tickers.append(ticker)
        self._serve_all()

    def unwatch(self, ticker: Ticking) -> None:
        """This ticker ends; another one that there is goes on."""
        if ticker in self._tickers:
            self._tickers.remove(ticker)
            self._serve_all()

    @property
    def _ticker(self) -> Ticking | None:
        """The one that came last."""
        return self._tickers[-1] if self._tickers else None

    def _serve_all(self) -> None:
        ticker = self._ticker
        for account in self:
            account.served_by(NOBODY if ticker is None else ticker)
        if ticker is not None:
            ticker.due_changed()

    @property
    def ticking(self) -> bool:
        """Whether a server's ticker does what is due, and sends what is to be sent."""
        return self._ticker is not None

    async def fire_due(self, account: Account) -> None:
        """Fire what has fallen due, before a request is answered.

        A server's ticker does it beside the request; where there is none, the request waits for it."""
        if self._ticker is not None and not account.clock.frozen:
            self._ticker.fire_due(account)
        else:
            await account.driver.run_async(due.catch_up(account))

    async def pass_now(self, account: Account) -> None:
        """Do what is due and send what is to be sent, after a request was answered.

        A server's ticker does it without being asked, but for a clock that stands."""
        if self._ticker is None:
            await account.driver.run_async(due.pass_now(account))
            return
        with account.driver.lock:
            is_due = account.clock.frozen and account.clock.is_due
        if is_due:
            await account.driver.run_async(due.catch_up(account))

    def by_client(self) -> Mapping[str, Account]:
        """The account of each client id; the first one has it where two share one."""
        found: dict[str, Account] = {}
        for account in self:
            for client_id in account.clients:
                found.setdefault(client_id, account)
        return found

    def clients_beside(self, account: Account) -> frozenset[str]:
        """The client ids that other accounts have."""
        return frozenset(client_id for client_id, holder in self.by_client().items() if holder is not account)

    def __iter__(self) -> Iterator[Account]:
        return iter(tuple(self._accounts.values()))
