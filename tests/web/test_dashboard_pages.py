"""What holds of every page of the dashboard, of those to come as well: they are read from its table."""

import json
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote_plus

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, Server

from tests.dashboard_pages import HOSTILE, Dashboard, addresses, filled, hostile


@pytest.fixture
def server(interactor: Emulator) -> Iterator[Server]:
    with interactor.serve() as server:
        yield server


def test_every_page_of_an_empty_account_says_something(server: Server) -> None:
    for path in addresses():
        page = Dashboard(server.url).get(path)
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1, path


HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy")


def test_every_page_is_sent_with_what_protects_it(interactor: Emulator, server: Server) -> None:
    for path in addresses(filled(interactor, server)):
        url = f"{server.url}/_emulator/dashboard/{path}" if path else f"{server.url}/_emulator/"
        page = httpx.get(url, timeout=30)
        assert page.status_code == 200, path
        policy, sniffing, referrer = (page.headers[name] for name in HEADERS)
        assert "unsafe" not in policy
        assert (sniffing, referrer) == ("nosniff", "same-origin")
        assert list(hostile(page.text)) == [], path
        elsewhere = httpx.get(url, headers={"Host": "evil.example"}, timeout=30)
        assert elsewhere.status_code == 403, path
        assert httpx.post(url, data={"token": "x"}, timeout=30).status_code in (403, 404), path


@pytest.mark.parametrize("path", ["/static/style.css", "/static/nothing.css", "/events", "", "/"])
def test_what_stands_beside_the_pages_is_for_this_machine_alone(server: Server, path: str) -> None:
    elsewhere = {"Host": "evil.example"}
    refused = httpx.get(f"{server.url}/_emulator/dashboard{path}", headers=elsewhere, timeout=30)
    assert (refused.status_code, "evil.example" in refused.text) == (403, True)


@pytest.mark.parametrize("path", ["/_emulator", "/_emulator/dashboard", "/_emulator/dashboard/"])
def test_who_types_nearly_the_address_comes_to_the_dashboard(server: Server, path: str) -> None:
    page = httpx.get(f"{server.url}{path}", follow_redirects=True, timeout=30)
    assert (page.status_code, page.url.path) == (200, "/_emulator/")


SECRET = "k\"e<y & 'more' of it"


def test_no_page_shows_a_secret_however_it_is_written(interactor: Emulator, server: Server) -> None:
    interactor.secrets["API_KEY"] = SECRET
    hidden = 0
    for path in addresses(filled(interactor, server, SECRET)):
        shown = Dashboard(server.url).get(path).text
        for text in (shown, unescape(shown), unquote_plus(unescape(shown))):
            assert SECRET not in text, path
            assert json.dumps(SECRET)[1:-1] not in text, path
        hidden += "REDACTED" in shown
    assert hidden > 8


TEXTS = st.text(st.characters(codec=None) | st.sampled_from("<>&\"'`\ud800\x00\u202e{}$%"), min_size=1, max_size=12)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS.map(lambda text: text + HOSTILE))
@example("\ud800 \u2028 \x85 {{ 7 * 7 }} {% raw %} ${input.days} ]]> <!-- --> </textarea>" + HOSTILE)
def test_whatever_definitions_and_data_say_stays_text(interactor: Emulator, server: Server, text: str) -> None:
    interactor.reset()
    for path in addresses(filled(interactor, server, text)):
        page = Dashboard(server.url).get(path)
        assert page.status_code == 200, (path, page.text[-2000:])
        assert list(hostile(page.text)) == [], path
