"""The port of a session: one server, behind which each test puts its emulator."""

from types import TracebackType

from interactor_emulator.clock import LAST_MS, wall_ms
from interactor_emulator.emulator import Emulator
from interactor_emulator.web.hosting.serving import Server


class Port:
    """A running server, and the emulator that is behind it."""

    def __init__(self) -> None:
        self._host = Emulator()
        self.server: Server = Server(self._host.asgi_app)

    def connect(self, emulator: Emulator) -> None:
        """From now on requests reach this emulator."""
        # The app under test is on this machine, and so are its webhook receiver and its HTTP targets.
        emulator.account.allow_loopback()
        self._host.accounts.host_only(emulator.account)

    def environment(self) -> dict[str, str]:
        """What a client needs, as variables; the token outlives every journey through time."""
        client = next(iter(self._host.account.clients.values()))
        return {
            "INTERACTOR_CORE_URL": self.server.core_url,
            "INTERACTOR_AUTH_URL": self.server.auth_url,
            "INTERACTOR_CLIENT_ID": client.client_id,
            "INTERACTOR_CLIENT_SECRET": client.client_secret,
            "INTERACTOR_TOKEN": self._host.token(expires_in=(LAST_MS - wall_ms()) // 1000),
        }

    def __enter__(self) -> "Port":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.close()
