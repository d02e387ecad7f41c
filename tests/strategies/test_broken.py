"""Definitions with known faults: each is reported at its place, and nothing else is."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_interactor.strategies import FAULT_NAMES, BrokenDefinition, broken_definitions

from tests.strategies.running import refused


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=max(100, settings().max_examples))
@given(broken_definitions())
def test_every_fault_is_reported_at_its_place_and_nothing_else_is(broken: BrokenDefinition) -> None:
    assert refused(broken.definition) == broken.paths
    assert len(broken.paths) == len(broken.faults) > 0


@pytest.mark.parametrize("fault", FAULT_NAMES)
def test_each_fault_can_be_had_alone(fault: str) -> None:
    @settings(max_examples=1, database=None)
    @given(broken_definitions(faults=[fault], max_states=2))
    def holds(broken: BrokenDefinition) -> None:
        assert broken.faults == (fault,)
        assert refused(broken.definition) == broken.paths
        assert len(broken.paths) == 1

    holds()


@settings(max_examples=20)
@given(st.data())
def test_as_many_faults_are_made_as_are_allowed_and_fit(data: st.DataObject) -> None:
    broken = data.draw(broken_definitions(max_faults=10, max_states=1, features=[]))
    assert 1 <= len(broken.faults) <= 10
    assert refused(broken.definition) == broken.paths


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"faults": ["definition: no nam"]}, "unknown fault 'definition: no nam'; did you mean definition: no name?"),
        ({"faults": []}, "one fault or more"),
        ({"max_faults": 0}, "one fault or more"),
    ],
)
def test_a_mistake_is_told_with_the_remedy(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        broken_definitions(**options)
