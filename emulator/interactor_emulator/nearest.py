"""The known name that a mistaken one is nearest to: every message that knows better says it."""

from collections.abc import Iterable
from pathlib import Path

# Of a longer name nothing is near.
_COMPARED_CHARACTERS = 100
_LISTED = 10


def nearest(name: object, known: Iterable[str]) -> str | None:
    """The one that was probably meant; None when none is near."""
    from difflib import get_close_matches  # late: only a mistaken name needs it

    return next(iter(get_close_matches(str(name)[:_COMPARED_CHARACTERS], list(known), n=1)), None)


def hint(name: object, known: Iterable[str], none: str = "there is none") -> str:
    """`did you mean x?`, or what there is, or that there is nothing."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean {near}?"
    return f"there are {', '.join(names)}" if names else none


def beside(path: Path) -> str:
    """What to add for a path that there is not: the folder that is missing, and the nearest that there is, or those of
    its kind."""
    if path.parent.is_dir():
        return _in_folder(path)
    missing = next(each for each in path.parents if each.parent.is_dir())
    return f"; {missing} is no folder" if missing.exists() else f"; there is no folder {missing}{_in_folder(missing)}"


def _in_folder(path: Path) -> str:
    there = sorted(each for each in path.parent.iterdir() if not each.name.startswith("."))
    if (near := nearest(path.name, [each.name for each in there])) is not None:
        return f"; did you mean {near}?"
    alike = [each.name for each in there if (each.suffix == path.suffix if path.suffix else each.is_dir())]
    more = ["…"] if len(alike) > _LISTED else []
    return f"; {hint(path.name, [*alike[:_LISTED], *more])}" if alike else ""
