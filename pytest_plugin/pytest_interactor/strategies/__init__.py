"""Hypothesis strategies over workflows: definitions, wrong definitions, and what is given to a definition.

    from hypothesis import given
    from pytest_interactor import strategies

    @given(strategies.definitions(max_states=4))
    def test_my_editor_keeps_every_definition(definition): ...

`docs/reference/strategies.md` has an example of each.
"""

from .answers import Answer, answers_for, inputs_for
from .broken import FAULT_NAMES, BrokenDefinition, broken_definitions
from .features import FEATURES, Feature
from .walks import walks
from .whole import Definition, definitions

__all__ = [
    "FAULT_NAMES",
    "FEATURES",
    "Answer",
    "BrokenDefinition",
    "Definition",
    "Feature",
    "answers_for",
    "broken_definitions",
    "definitions",
    "inputs_for",
    "walks",
]
