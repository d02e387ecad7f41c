"""What does not fit a JSON Schema: one validator says at once that all fits, another tells what does not.

The one that tells takes fifty times as long, and the tests hold every answer against a schema.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import jsonschema
import jsonschema_rs


class Schema:
    """One schema, ready to be held against many documents."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._says = jsonschema_rs.Draft202012Validator(dict(schema))
        self._tells = jsonschema.Draft202012Validator(schema)

    def faults(self, document: Any) -> Iterator[str]:
        """What does not fit, each with its place."""
        with suppress(UnicodeEncodeError):  # half a character, which it does not take and JSON does
            if self._says.is_valid(document):
                return
        for error in self._tells.iter_errors(document):
            yield f"{error.json_path}: {error.message[:300]}"
