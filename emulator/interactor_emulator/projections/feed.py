"""Tells whoever follows an instance what has just happened to it."""

from collections.abc import Callable

from interactor_emulator.state.events import Event
from interactor_emulator.state.instance import Instance

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

    @property
    def readers(self) -> int:
        """How many follow, each an instance."""
        return sum(map(len, self._followers.values()))

    def tell(self, instance: Instance, event: Event) -> None:
        """Tell whoever follows the instance of an event.

        Raises what a follower raised, once all have been told; that one hears nothing more."""
        if self._followers:
            failed: list[Exception] = []
            for tell, end in tuple(self._followers.get(instance.id, ())):
                try:
                    tell(instance, event)
                except Exception as error:  # noqa: BLE001 - the other followers are told all the same
                    failed.append(error)
                    end()
            if failed:
                raise ExceptionGroup("followers of an instance failed", failed)

    def end(self) -> None:
        """There is nothing to follow any more."""
        for followers in list(self._followers.values()):
            for _, end in tuple(followers):
                end()
