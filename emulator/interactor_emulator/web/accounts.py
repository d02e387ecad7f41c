"""The accounts that one server hosts."""

from collections.abc import Iterator, Mapping

from interactor_emulator.account import Account

DEFAULT = "default"


class Accounts:
    """Accounts by name; `default` is the one that is meant when none is named."""

    def __init__(self, default: Account) -> None:
        self._accounts: dict[str, Account] = {DEFAULT: default}

    @property
    def default(self) -> Account:
        return self._accounts[DEFAULT]

    def get(self, name: str) -> Account | None:
        return self._accounts.get(name)

    def put(self, name: str, account: Account) -> None:
        """Host an account under this name, in place of one that had it."""
        self._accounts[name] = account

    def host_only(self, default: Account) -> None:
        """Host this account as the default one, and no other."""
        self._accounts = {DEFAULT: default}

    def remove(self, name: str) -> None:
        del self._accounts[name]

    def by_client(self) -> Mapping[str, Account]:
        """The account of each client id; the first one has it where two share one."""
        found: dict[str, Account] = {}
        for account in self:
            for client_id in account.clients:
                found.setdefault(client_id, account)
        return found

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())
