"""The known name that a mistaken one is nearest to: every message that knows better says it."""

from collections.abc import Iterable

# Of a longer name nothing is near.
_COMPARED_CHARACTERS = 100


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
