"""Who may use what is for this machine alone: the control API and the dashboard.

A request whose Host is no loopback name is refused, so that no web page can reach them by DNS rebinding; so is one that
a page of another origin has sent.
"""

from collections.abc import Iterable, Mapping

from interactor_emulator.adapters.http.egress import is_loopback
from interactor_emulator.errors import Forbidden


class Loopback:
    """The check; `allowed_hosts` are names beside those of the loopback."""

    def __init__(self, allowed_hosts: Iterable[str]) -> None:
        self._allowed_hosts = frozenset(host.lower() for host in allowed_hosts)

    def check(self, sent: Mapping[bytes, bytes]) -> None:
        """Raises Forbidden, by the headers of a request."""
        self._check_host(sent.get(b"host", b"").decode("latin-1"))
        if (page := sent.get(b"origin")) is not None:
            self._check_origin(page.decode("latin-1"))

    def _check_host(self, host: str) -> None:
        if not self._is_ours(host):
            raise Forbidden(f"Host '{host[:200]}' is not a loopback name; name it with --allow-host to use it")

    def _check_origin(self, origin: str) -> None:
        """ "A control call with a foreign `Origin` is refused": a page from elsewhere, or one that says not where."""
        _, separator, host = origin.partition("://")
        if not separator or not self._is_ours(host):
            raise Forbidden(f"A page of '{origin[:200]}' may not use the control API; name its host with --allow-host")

    def _is_ours(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if host.count(":") == 1 or "]:" in host else host
        name = name.strip("[]").lower()
        return is_loopback(name) or name in self._allowed_hosts
