"""Templates as they stand in a definition: `${workflow_data.amount}`."""

import re

PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")


FOREIGN = re.compile(r"\{\{[^{}]*\}\}")
"""A template of other languages, which nothing here fills in."""


def is_placeholder(value: object) -> bool:
    """One template and nothing else: it keeps the type of the value it stands for.

    The document's own: `"default": "${workflow_data.amount}"`, in a field of type number.
    """
    return isinstance(value, str) and PLACEHOLDER.fullmatch(value) is not None


def roots(text: str) -> list[str]:
    """The first name of each template in the text, in order."""
    return [path.split(".", 1)[0].split("[", 1)[0].strip() for path in PLACEHOLDER.findall(text)]
