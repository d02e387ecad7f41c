"""Tells whoever follows an instance what has just happened to it."""

import logging
from collections.abc import Callable

from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance

log = logging.getLogger("interactor_emulator")

Tell = Callable[[Instance, Event], None]
"""Called with the instance as it is after the event, while the account is held: it must not wait for anything."""


class Feed:
    """Followers by instance: each a function for events, and one for the end of the account as it was."""

    def __init__(self) -> None:
        self._followers: dict[str, list[tuple[Tell, Callable[[], None]]]] = {}

    def follow(self, instance_id: str, tell: Tell, end: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` for each event from now on, and `end` if the account is emptied; what is returned ends that."""
        follower = (tell, end)
        self._followers.setdefault(instance_id, []).append(follower)
        return lambda: self._forget(instance_id, follower)

    def _forget(self, instance_id: str, follower: tuple[Tell, Callable[[], None]]) -> None:
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
                self._tell(follower, instance, event)

    def _tell(self, follower: tuple[Tell, Callable[[], None]], instance: Instance, event: Event) -> None:
        """A follower that fails hears nothing more; the others do."""
        tell, end = follower
        try:
            tell(instance, event)
        except Exception:
            log.exception("a stream of instance %s failed inside the emulator", instance.id)
            self._forget(instance.id, follower)
            end()

    def end(self) -> None:
        """There is nothing to follow any more."""
        for followers in list(self._followers.values()):
            for _, end in tuple(followers):
                end()
