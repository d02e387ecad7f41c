"""What a type of the wire says beyond Python's own: a pattern, a bound, an example."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """Stands in an `Annotated`; the names are those of JSON Schema, in Python's spelling."""

    pattern: str | None = None
    minimum: int | None = None
    min_length: int | None = None
    min_items: int | None = None
    format: str | None = None
    examples: tuple[str, ...] = ()
