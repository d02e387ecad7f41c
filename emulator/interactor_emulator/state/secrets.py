"""The secrets of an account by name, and every value that one of them ever had: what was sent once stays hidden."""

from collections.abc import Iterator, Mapping, MutableMapping

from interactor_emulator import bounds


class Secrets(MutableMapping[str, str]):
    """As a dict; `ever` are the values to be hidden, those of before included, until a reset. Raises ValueError for
    what is no text (a number, say, would be hidden nowhere), too long, or one too many."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}
        self.ever: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self._now[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._check(name, value)
        self._now[name] = value
        if value not in self.ever:
            self.ever = (*self._former(), value)

    def _check(self, name: str, value: str) -> None:
        if not isinstance(name, str) or not isinstance(value, str):
            # Without the value: what is wrong may be a secret all the same.
            raise ValueError(f"a secret is a text under a name: {name!r} has {type(value).__name__}")
        if len(value) > bounds.SECRET.most:
            raise ValueError(f"secret {name} has {len(value)} characters, and at most {bounds.SECRET.most} are taken")
        if name not in self._now and len(self._now) >= bounds.SECRETS.most:
            raise ValueError(f"there are {bounds.SECRETS.most} secrets, and no more are taken")

    def __delitem__(self, name: str) -> None:
        del self._now[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def __repr__(self) -> str:
        return f"<secrets {', '.join(self._now)}>"

    def _former(self) -> tuple[str, ...]:
        """What is remembered when one more comes: of too many the first that is no secret now goes."""
        if len(self.ever) < bounds.FORMER_SECRETS.most + len(self._now):
            return self.ever
        gone = next(each for each in self.ever if each not in self._now.values())
        return tuple(each for each in self.ever if each != gone)

    def replace_all(self, secrets: Mapping[str, str]) -> None:
        """These in place of those that there were. Raises ValueError, and nothing has changed."""
        before = dict(self._now)
        self._now.clear()
        try:
            self.update(secrets)
        except ValueError:
            self._now = before
            raise

    def become(self, other: "Secrets") -> None:
        """Be as these are, with what they had before."""
        self._now, self.ever = dict(other._now), other.ever

    def begin_anew(self, secrets: Mapping[str, str]) -> None:
        """Only these, and nothing remembered."""
        self._now.clear()
        self.ever = ()
        self.update(secrets)
