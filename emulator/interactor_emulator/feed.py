"""Tells whoever follows an instance what has just happened to it."""

from collections.abc import Callable

from .events import Event
from .instance import Instance

Follower = Callable[[Instance, Event], None]
"""Called with the instance as it is after the event, while the account is held: it must not wait for anything."""


class Feed:
    """Followers by instance."""

    def __init__(self) -> None:
        self._followers: dict[str, list[Follower]] = {}

    def follow(self, instance_id: str, follower: Follower) -> Callable[[], None]:
        """Call the follower for each event from now on; what is returned ends that."""
        self._followers.setdefault(instance_id, []).append(follower)
        return lambda: self._forget(instance_id, follower)

    def _forget(self, instance_id: str, follower: Follower) -> None:
        followers = self._followers.get(instance_id, [])
        if follower in followers:
            followers.remove(follower)
        if not followers:
            self._followers.pop(instance_id, None)

    @property
    def followed(self) -> frozenset[str]:
        """The instances that somebody follows."""
        return frozenset(self._followers)

    def tell(self, instance: Instance, event: Event) -> None:
        """It has happened."""
        if self._followers:
            for follower in tuple(self._followers.get(instance.id, ())):
                follower(instance, event)
