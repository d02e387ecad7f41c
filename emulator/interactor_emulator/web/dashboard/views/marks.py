"""Of which thing on a list a form speaks: lists change while somebody looks at them."""

from hashlib import sha256


def mark(thing: object) -> str:
    """What a form carries of the thing beside its place: nothing of its text, in which a secret may stand."""
    return sha256(str(thing).encode("utf-8", "surrogatepass")).hexdigest()[:16]
