"""Scenarios of every kind, for whatever must hold of all of them."""

from typing import Any

from hypothesis import strategies as st
from interactor_emulator.errors import FAILURES
from interactor_emulator.state.deliveries import EVENTS
from interactor_emulator.wire.scenario import Advance, Answer, Cancel, Expected, Scenario, SetStub, Step

# Two halves of a pair beside each other would be read as one letter: JSON writes them the same.
TEXT = st.text(max_size=8).filter(
    lambda text: text == text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
)
NAME = st.one_of(TEXT, st.sampled_from(["class", "\ud800", "a\nb", "'''", '"""', "\\", "é", "None"]))
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), NAME)
VALUE: st.SearchStrategy[Any] = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAME, inner, max_size=3)), max_leaves=5
)
OBJECT = st.dictionaries(NAME, VALUE, max_size=3)
SOME = NAME.filter(bool)
TEXTS = st.dictionaries(NAME, NAME, max_size=2)
COUNT = st.integers(1, 9)
REPLY = st.fixed_dictionaries(
    {}, optional={"status": st.integers(100, 599), "json": VALUE, "headers": TEXTS, "delay_seconds": st.floats(0, 1e9)}
)
STUB = st.fixed_dictionaries(
    {"url": SOME},
    optional={
        "method": SOME,
        "state": SOME,
        "attempt": COUNT,
        "body": OBJECT,
        "query": TEXTS,
        "times": COUNT,
        "respond": st.one_of(REPLY, st.lists(REPLY, min_size=1, max_size=2)),
    },
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Answer, NAME, OBJECT, st.none() | NAME, st.none() | NAME, st.none() | SOME),
    st.just(Cancel()),
    st.builds(Advance, st.one_of(st.integers(0, 10**9), st.floats(0, 1e15))),
    st.builds(SetStub, STUB),
)
EXPECTED = st.builds(
    Expected,
    st.none() | st.sampled_from(["running", "halted", "completed", "failed", "cancelled"]),
    st.none() | NAME,
    st.none() | st.lists(NAME, max_size=3).map(tuple),
    st.none() | OBJECT,
    st.none() | st.lists(st.sampled_from(EVENTS), max_size=3).map(tuple),
    st.none() | st.sampled_from(sorted(FAILURES)),
)
SCENARIOS = st.builds(
    Scenario,
    NAME,
    SOME,
    OBJECT,
    st.lists(STEPS, max_size=4).map(tuple),
    EXPECTED,
    st.lists(STUB, max_size=2).map(tuple),
    st.none() | SOME,
    st.none() | SOME,
)
