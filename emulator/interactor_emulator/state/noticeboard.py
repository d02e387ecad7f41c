"""What was noticed in one account, bounded: whoever makes the same mistake for ever is told once, with a count."""

from dataclasses import replace

from interactor_emulator import bounds

from .events import Noticed


class Noticeboard:
    """ "Each code, place and value is kept once, with a count"; where too many are kept, the oldest goes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str, bool], Noticed] = {}

    def add(self, notice: Noticed) -> Noticed:
        """The notice as it is kept: the one that was there before, when it says nothing new."""
        notice = replace(notice, message=_cut(notice.message), hint=_cut(notice.hint), where=_cut(notice.where))
        key = notice.code, notice.where, notice.message, notice.provoked
        before = self._kept.get(key)
        if before is not None:
            before.times += 1
            return before
        self._kept[key] = notice
        if len(self._kept) > bounds.NOTICES.most:
            del self._kept[next(iter(self._kept))]
        return notice

    def all(self) -> list[Noticed]:
        """Oldest first."""
        return list(self._kept.values())


def _cut(text: str) -> str:
    most = bounds.NOTICE.most
    return text if len(text) <= most else f"{text[: most - 1]}…"
