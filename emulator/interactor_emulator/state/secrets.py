"""The secrets of an account by name, and every value that one of them ever had: what was sent once stays hidden."""

from collections.abc import Iterator, Mapping, MutableMapping

# Inferred: so many former values are remembered.
_REMEMBERED = 1_000


class Secrets(MutableMapping[str, str]):
    """As a dict; `ever` are the values to be hidden, those of before included, until a reset."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}
        self._ever: dict[str, None] = {}

    def __getitem__(self, name: str) -> str:
        return self._now[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._now[name] = value
        self._ever[value] = None
        if len(self._ever) > _REMEMBERED + len(self._now):
            del self._ever[next(each for each in self._ever if each not in self._now.values())]

    def __delitem__(self, name: str) -> None:
        del self._now[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def __repr__(self) -> str:
        return f"<secrets {', '.join(self._now)}>"

    @property
    def ever(self) -> tuple[str, ...]:
        """All values that are or were secret since the account began."""
        return tuple(self._ever)

    def begin_anew(self, secrets: Mapping[str, str]) -> None:
        """Only these, and nothing remembered."""
        self._now.clear()
        self._ever.clear()
        self.update(secrets)
