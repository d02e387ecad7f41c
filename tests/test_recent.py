"""The latest of many things, by number and by size."""

from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.recent import Recent, latest

sizes = st.lists(st.integers(0, 9), max_size=30)


@given(sizes, st.integers(1, 8), st.integers(0, 30))
def test_it_keeps_the_latest_that_fit_and_tells_of_the_others(added: list[int], most: int, most_bytes: int) -> None:
    kept = Recent[tuple[int, int]](most, most_bytes, lambda item: item[1])
    gone: list[tuple[int, int]] = []
    for number, size in enumerate(added):
        gone += kept.add((number, size))
        assert len(kept) == 1 or (len(kept) <= most and sum(size for _, size in kept) <= most_bytes)
    assert [*gone, *kept] == list(enumerate(added))
    if gone:  # what went last had no place beside what is there
        last = [gone[-1], *list(kept)[:-1]]
        assert len(last) >= most or sum(size for _, size in [gone[-1], *kept]) > most_bytes
    kept.clear()
    assert list(kept) == []


@given(sizes, st.integers(0, 30))
def test_of_a_list_the_latest_that_fit_are_shown(items: list[int], most_bytes: int) -> None:
    shown = latest(items, most_bytes, lambda item: item)
    assert items[len(items) - len(shown) :] == shown
    assert bool(shown) == bool(items)
    assert len(shown) <= 1 or sum(shown) <= most_bytes
    assert len(shown) == len(items) or sum(items[len(items) - len(shown) - 1 :]) > most_bytes
