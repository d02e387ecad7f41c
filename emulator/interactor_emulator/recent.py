"""The latest of what happens again and again: so many, and so many bytes of them, and what is older is forgotten."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Recent(Generic[Item]):
    """The latest items, oldest first. `size` says how many bytes one has; the latest is there however large it is."""

    def __init__(self, most: int, most_bytes: int, size: Callable[[Item], int]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._size = size
        self._items: deque[tuple[Item, int]] = deque()
        self._bytes = 0

    def add(self, item: Item) -> Iterator[Item]:
        """Keep one more; those that it drives out."""
        size = self._size(item)
        self._items.append((item, size))
        self._bytes += size
        gone = []
        while len(self._items) > self._most or (self._bytes > self._most_bytes and len(self._items) > 1):
            oldest, its_size = self._items.popleft()
            self._bytes -= its_size
            gone.append(oldest)
        return iter(gone)

    def clear(self) -> None:
        """Forget all."""
        self._items.clear()
        self._bytes = 0

    def __iter__(self) -> Iterator[Item]:
        return iter([item for item, _ in self._items])

    def __len__(self) -> int:
        return len(self._items)


def latest(items: Iterable[Item], most_bytes: int, size: Callable[[Item], int]) -> list[Item]:
    """The last of these items that have no more bytes than that together, and at least one; oldest first."""
    found = list(items)
    kept = 0
    for place in reversed(range(len(found))):
        kept += size(found[place])
        if kept > most_bytes:
            return found[min(place + 1, len(found) - 1) :]
    return found
