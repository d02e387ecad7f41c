"""How long a value must be to be hidden: a shorter one would blot out half of every text."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.redaction import REDACTED, mentions, redact

LOGS = {
    "name": "logs",
    "initial_state": "talk",
    "states": {
        "talk": {
            "type": "action",
            "logic": {"type": "script", "code": "console.log(`<${secrets.KEY}>`); return {}"},
            "transitions": [{"target": "end"}],
        },
        "end": {"type": "terminal"},
    },
}


@pytest.mark.parametrize(("secret", "shown"), [("abc", "<abc>"), ("abcd", "<[REDACTED]>"), ("äöüß", "<[REDACTED]>")])
def test_a_secret_of_three_characters_is_shown_and_one_of_four_hidden(
    interactor: Emulator, interactor_client: httpx.Client, secret: str, shown: str
) -> None:
    interactor.secrets["KEY"] = secret
    interactor.load(LOGS)
    made = interactor_client.post("/workflows/logs/instances", json={"namespace": "n"}).json()["data"]
    history = interactor_client.get(f"/workflows/instances/{made['id']}").json()["data"]["history"]
    assert history[0]["logs"] == [shown]


@given(secret=st.text(max_size=8), before=st.text(max_size=5), after=st.text(max_size=5))
def test_what_is_hidden_is_also_found(secret: str, before: str, after: str) -> None:
    text = before + secret + after
    hidden = len(secret) >= 4
    assert mentions(text, [secret]) is hidden
    if hidden:
        assert REDACTED in redact(text, [secret])
    else:
        assert redact({"a": [text]}, [secret]) == {"a": [text]}
