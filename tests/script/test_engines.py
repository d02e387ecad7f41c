"""Where the two bindings of QuickJS differ from each other, or from node: each value as it is, with the binding's name.

A script may be run by either: `quickjs` where it has a wheel, `quickjs-ng` elsewhere. What is pinned here is not wanted
but known, and a new release of a binding that changes it is noticed. Only the binding that is installed can be asked.
"""

from importlib.metadata import packages_distributions

import pytest

from .verdicts import Evaluate

(INSTALLED,) = packages_distributions()["_quickjs"]
ENGINES = ["quickjs", "quickjs-ng"]

NOT_A_NUMBER = None
"""As JSON has it: what `getTime()` of an invalid date becomes in a result."""

JAN_20 = 1_768_867_200_000
NOON = 1_768_910_400_000

DATES: list[tuple[str, int | None, int | None]] = [
    # quickjs counts on where a part is too large; quickjs-ng and node say Invalid Date.
    ("2026-13-01", 1_798_761_600_000, NOT_A_NUMBER),
    ("2026-01-32", 1_769_904_000_000, NOT_A_NUMBER),
    ("2026-01-20T25:00:00Z", 1_768_957_200_000, NOT_A_NUMBER),
    ("2026-01-20T12:60:00Z", 1_768_914_000_000, NOT_A_NUMBER),
    # Beside ISO dates and what `Date` itself writes, quickjs knows none; quickjs-ng and node do.
    ("2026/01/20", NOT_A_NUMBER, JAN_20),
    ("1/20/2026", NOT_A_NUMBER, JAN_20),
    ("January 20, 2026", NOT_A_NUMBER, JAN_20),
    ("20 January 2026", NOT_A_NUMBER, JAN_20),
    ("2026-01-20 12:00", NOT_A_NUMBER, NOON),
    # The same with both, and with node.
    ("2026-01-20", JAN_20, JAN_20),
    ("2026-02-30", 1_772_409_600_000, 1_772_409_600_000),
    ("2026-01-20T12:00:00Z", NOON, NOON),
    ("2026-01-20T13:00:00+01:00", NOON, NOON),
    ("Tue, 20 Jan 2026 12:00:00 GMT", NOON, NOON),
    ("garbage", NOT_A_NUMBER, NOT_A_NUMBER),
]

NUMBERS: list[tuple[str, str, str]] = [
    # From 20 digits on quickjs takes a neighbour of the nearest double for about one integer in four.
    ("23229540481368541333", "23229540481368539136", "23229540481368543232"),
    ("123456789012345680000", "123456789012345667584", "123456789012345683968"),
    ("937816377727154528583", "937816377727154651136", "937816377727154520064"),
    # Up to 19 digits, and for numbers with a fraction or an exponent, both have the nearest one.
    ("1234567890123456789", "1234567890123456768", "1234567890123456768"),
    ("1.2345678901234568e20", "123456789012345683968", "123456789012345683968"),
]

TEXTS: list[tuple[str, str, str]] = [
    # Neither knows anything of languages; noon is a fault of quickjs.
    ("new Date(1768910400000).toLocaleString('en-US')", "01/20/2026, 00:00:00 PM", "01/20/2026, 12:00:00 PM"),
    ("new Date(1768910400000).toLocaleDateString('de-DE')", "01/20/2026", "01/20/2026"),
    ("(1234567.891).toLocaleString('en-US')", "1234567.891", "1234567.891"),
    ("['b', 'a', 'C', 'ä'].sort((a, b) => a.localeCompare(b)).join()", "C,a,b,ä", "C,a,b,ä"),
    ("(0.1).toString(2).slice(0, 9)", "0.1", "0.0001100"),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of a binding; for the one that is not installed there is nothing to see."""
    name: str = request.param
    if name != INSTALLED:
        pytest.skip(f"scripts are run by {INSTALLED} here")
    return name


def test_the_binding_is_one_that_is_known() -> None:
    assert INSTALLED in ENGINES


@pytest.mark.parametrize(("text", "quickjs", "quickjs_ng"), DATES, ids=[row[0] for row in DATES])
def test_a_date_is_read_as_the_engine_reads_it(
    engine: str, value: Evaluate, text: str, quickjs: int | None, quickjs_ng: int | None
) -> None:
    seen = [
        value("new Date(input.text).getTime()", input={"text": text}),
        value("Date.parse(input.text)", input={"text": text}),
    ]
    assert seen == [quickjs if engine == "quickjs" else quickjs_ng] * 2


@pytest.mark.parametrize(("digits", "quickjs", "quickjs_ng"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_a_long_number_is_the_double_that_the_engine_takes(
    engine: str, value: Evaluate, digits: str, quickjs: str, quickjs_ng: str
) -> None:
    ways = [
        f"String(BigInt({digits}))",
        f"String(BigInt(Number('{digits}')))",
        f"String(BigInt(JSON.parse('{digits}')))",
    ]
    assert {value(each) for each in ways} == {quickjs if engine == "quickjs" else quickjs_ng}


@pytest.mark.parametrize(("expression", "quickjs", "quickjs_ng"), TEXTS, ids=[row[0] for row in TEXTS])
def test_a_text_is_as_the_engine_writes_it(
    engine: str, value: Evaluate, expression: str, quickjs: str, quickjs_ng: str
) -> None:
    assert value(expression) == (quickjs if engine == "quickjs" else quickjs_ng)
