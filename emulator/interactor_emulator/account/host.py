"""Who serves an account, as the account sees it: told when there is something to do, asked to let others go first."""

from interactor_emulator.adapters.http.connections import Connections


class Host:
    """Nobody: an account of a program, which does what is due in the calls that it makes. `connections` are kept open
    to receivers of webhooks, where there is somebody to close them."""

    connections: Connections | None = None

    def due_changed(self) -> None:
        """Something will be due earlier than was known, or there is something to send; callable from any thread."""

    async def give_way(self) -> None:
        """Let requests go first, before a webhook is sent."""


NOBODY = Host()
