"""`--interactor-sweep`: a test is run again for every call that it makes, with the reply to that call lost."""

import pytest

SHOP = '''
"""A client as users write them, which asks again when it hears nothing; with or without keys."""
import httpx

class Shop:
    def __init__(self, url, token, keys):
        self.api = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)
        self.keys, self.sent = keys, 0

    def ask(self, path, body):
        self.sent += 1
        headers = {"Idempotency-Key": str(self.sent)} if self.keys else {}
        for _ in range(3):
            try:
                answer = self.api.post(path, json=body, headers=headers)
                return answer.raise_for_status().json()["data"]
            except httpx.TransportError:
                pass
        raise RuntimeError("nobody answers")

    def order(self, amount):
        return self.ask("/workflows/order/instances", {"namespace": "n", "input": {"amount": amount}})["id"]

    def approve(self, id):
        return self.ask(f"/workflows/instances/{id}/resume", {"input": {"approved": True}})
'''
CONFTEST = """
import pytest
from shop import Shop

ORDER = {"name": "order", "initial_state": "take", "states": {
    "take": {"type": "action", "logic": {"type": "script", "code": "return {amount: input.amount, at: CODE}"},
             "transitions": [{"target": "wait"}]},
    "wait": {"type": "halting", "transitions": [{"target": "done"}]},
    "done": {"type": "terminal"}}}

@pytest.fixture
def order():
    return ORDER

@pytest.fixture
def shop(request, interactor, interactor_server, order):
    interactor.load(order)
    shop = Shop(interactor_server.api_url, interactor.token(), keys=request.node.get_closest_marker("keys") is not None)
    yield shop
    shop.api.close()
"""
OPTIONS = ("-p", "no:cacheprovider", "-W", "ignore::pytest.PytestUnknownMarkWarning", "--interactor-sweep")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(shop=SHOP, conftest=CONFTEST.replace("CODE", "0"))
    return pytester


TESTS = """
import pytest

pytestmark = pytest.mark.KEYS

def test_order(shop, interactor):
    shop.order(5)
    interactor.runs[0].assert_halted("wait")

def test_approve(shop, interactor):
    id = shop.order(7)
    shop.approve(id)
    interactor.run(id).assert_completed("done")

def test_of_no_call(interactor, order):
    interactor.load(order)
    interactor.start("order", namespace="n")

def test_of_no_emulator():
    pass
"""


@pytest.mark.parametrize("more", [("-p", "no:randomly", "-p", "no:xdist"), ("-n", "2")])
def test_a_client_with_keys_is_clean(project: pytest.Pytester, more: tuple[str, ...]) -> None:
    project.makepyfile(TESTS.replace("KEYS", "keys"))
    result = project.runpytest_subprocess(*OPTIONS, *more)
    result.assert_outcomes(passed=4)
    assert "sweep" not in result.stdout.str()
    assert "lost" not in result.stdout.str()


@pytest.mark.parametrize("more", [("-p", "no:randomly", "-p", "no:xdist"), ("-n", "2")])
def test_one_without_is_found_with_the_call_at_which_it_orders_twice(
    project: pytest.Pytester, more: tuple[str, ...]
) -> None:
    project.makepyfile(TESTS.replace("KEYS", "no_keys"))
    result = project.runpytest_subprocess(*OPTIONS, *more)
    result.assert_outcomes(passed=2, failed=2)
    lines = [line.rstrip() for line in result.outlines]
    for expected in (
        "a lost reply changes what this test comes to: 1 of 2 runs went otherwise",
        "call 1 of 1, POST /workflows/order/instances: carried out, and its reply lost",
        "  order: 2 instances in place of 1",
        '    too many: halted, take → wait, data {"amount":5,"at":0}',
        "call 1 of 2, POST /workflows/order/instances: carried out, and its reply lost",
    ):
        assert expected in lines
    assert any(line.startswith("call 2 of 2, POST /workflows/instances/inst_") for line in lines)
    assert any("the test failed: httpx.HTTPStatusError: Client error '400" in line for line in lines)
    assert any("Idempotency-Key" in line for line in lines)
    assert "not carried out" not in result.stdout.str()


def test_fixtures_of_a_test_are_built_anew_and_wider_ones_live_on(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def of_session():
            print("\\nsession begins")
            yield
            print("session ends")

        @pytest.fixture(scope="class")
        def of_class(of_session):
            print("class begins")
            yield
            print("class ends")

        @pytest.fixture
        def of_test(of_class):
            print("test begins")
            yield
            print("test ends")

        @pytest.mark.keys
        class TestMany:
            def test_one(self, of_test, shop):
                print(f"order {shop.order(1)[:5]}")

            def test_two(self, of_test, interactor):
                print("no call")
    """)
    result = project.runpytest_subprocess(*OPTIONS, "-s", "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(passed=2)
    words = ("session", "class", "test b", "test e", "order", "no call")
    lines = [line.lstrip(".") for line in result.outlines if any(word in line for word in words)]
    run = ["test begins", "order inst_", "test ends"]
    lines = [line for line in lines if line.startswith((*words,)) and "starts" not in line]
    assert lines == [
        "session begins",
        "class begins",
        *run * 3,
        "test begins",
        "no call",
        "test ends",
        "class ends",
        "session ends",
    ]


def test_what_is_not_the_same_twice_is_not_compared(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop=SHOP, conftest=CONFTEST.replace("CODE", "Date.now()"))
    pytester.makepyfile("""
        import pytest

        @pytest.mark.keys
        @pytest.mark.interactor(frozen=False)
        def test_a_time_of_day(shop, interactor):
            shop.order(5)
            interactor.runs[0].assert_halted("wait")

        orders = []

        @pytest.mark.keys
        def test_that_goes_on_from_itself(shop):
            orders.append(1)
            for _ in orders:
                shop.order(5)
    """)
    result = pytester.runpytest_subprocess(*OPTIONS, "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*without any lost reply a second run is not like the first, so nothing can be said*",
            "*order: * instances in place of 1*",
        ]
    )


def test_the_limit_is_told_and_a_failed_or_skipped_test_is_as_ever(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import pytest

        pytestmark = pytest.mark.keys

        def test_many(shop):
            for amount in range(4):
                shop.order(amount)

        def test_failing(shop):
            shop.order(1)
            print("once")
            assert shop is None

        @pytest.mark.xfail(strict=True)
        def test_known(shop):
            shop.order(1)
            raise ValueError("known")

        def test_skipped(shop):
            shop.order(1)
            pytest.skip("not today")

        @pytest.fixture
        def calling(shop):
            yield shop
            shop.order(2)

        def test_calls_of_fixtures_count(calling):
            calling.order(1)

        @pytest.fixture(scope="module")
        def falling():
            yield
            raise RuntimeError("at the very end")

        def test_last(falling, shop):
            shop.order(1)
    """)
    options = (*OPTIONS, "--interactor-sweep-calls", "1", "-p", "no:randomly", "-p", "no:xdist")
    result = project.runpytest_subprocess(*options)
    result.assert_outcomes(passed=3, failed=1, xfailed=1, skipped=1, errors=1)
    output = result.stdout.str()
    assert output.count("once") == 2  # the line of the source, and what was printed
    result.stdout.fnmatch_lines(
        [
            "*RuntimeError: at the very end*",
            "sweep_stopped: Of 2 calls*",
            "sweep_stopped: Of 4 calls of a test only the first 1 were swept for lost replies",
            "    --interactor-sweep-calls=4 sweeps all of them",
        ]
    )
    refused = project.runpytest_subprocess("--interactor-sweep-calls", "0")
    refused.stderr.fnmatch_lines(["*--interactor-sweep-calls is a number of calls, 1 or more*"])


def test_a_client_that_does_not_ask_again_is_told_where_it_failed(project: pytest.Pytester) -> None:
    test = """
        import pytest

        def test_once(interactor, interactor_client, order):
            interactor.load(order)
            interactor_client.post("/workflows/order/instances", json={"namespace": "n"})

        @pytest.fixture
        def made(interactor, interactor_client, order):
            interactor.load(order)
            return interactor_client.post("/workflows/order/instances", json={"namespace": "n"})

        def test_set_up(made):
            pass
    """
    file = project.makepyfile(test)
    result = project.runpytest_subprocess(*OPTIONS, "-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(failed=2)
    lost = "httpx.RemoteProtocolError: Server disconnected without sending a response."
    result.stdout.fnmatch_lines(
        [
            f"  the test failed: {lost} ({file.name}:5)",
            "call 1 of 1, POST /workflows/order/instances: not carried out, and its reply lost",
            "  order: 0 instances in place of 1",
            "    missing: halted*",
            f"  the test failed: in its set-up, {lost} ({file.name}:10)",
        ]
    )


def test_coverage_and_diagnostics_are_of_the_undisturbed_run(project: pytest.Pytester) -> None:
    project.makepyfile("""
        def test_twice(shop):
            shop.order(5)
    """)
    options = (*OPTIONS, "--interactor-coverage=c.json", "--interactor-diagnostics=error", "-p", "no:xdist")
    result = project.runpytest_subprocess(*options)
    result.assert_outcomes(failed=1)
    assert '"take"' in (project.path / "c.json").read_text()
    assert "noticed" not in result.stdout.str()


def test_faults_of_the_marker_act_on_calls(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import httpx, pytest

        RULES = [
            {"effect": "status", "status": 500, "path": "/workflows/*/instances", "times": 1},
            {"match": {"method": "POST"}, "effect": {"drop": True, "committed": False}},
            {"effect": "delay", "event": "workflow.instance.created"},
            "duplicate",
        ]

        @pytest.mark.interactor(faults=RULES)
        def test_rules(interactor, shop):
            with pytest.raises(httpx.HTTPStatusError):
                shop.order(5)
            with pytest.raises(RuntimeError):
                shop.order(5)
            interactor.reset()
            assert [str(each) for each in interactor.faults] == [
                "the fault delay on workflow.instance.created",
                "the fault duplicate on any delivery",
                "the fault status on any /workflows/*/instances",
                "the fault drop on POST call",
            ]
            assert [used for text, used in interactor.prepared() if "POST call" in text] == [True]

        @pytest.mark.interactor(faults=[{"effect": "drop", "pth": "/workflows"}])
        def test_wrong_name(interactor):
            pass

        @pytest.mark.interactor(faults=[{"effect": {"status": 5}}])
        def test_wrong_status(interactor):
            pass

        @pytest.mark.interactor(faults=[{"effect": "drop", "path": "/workflows/never"}])
        def test_unused(interactor):
            pass
    """)
    options = ("-p", "no:randomly", "-p", "no:xdist", "-W", "ignore::pytest.PytestUnknownMarkWarning")
    result = project.runpytest_subprocess(*options)
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*faults: unknown pth; did you mean path?",
            "*faults: status must be a *, not 5",
            "unused: the fault drop on any /workflows/never",
        ]
    )
