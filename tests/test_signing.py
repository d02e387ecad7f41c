"""Signatures of webhooks: a program that is not ours agrees, and every usual mistake is named."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.signing import SignatureError, sign, verify

SECRET, NOW = "whsec_0123456789abcdef0123456789abcdef", 1_768_910_400
BODY = '{"event":"workflow.instance.halted","data":{"name":"Zoë","amount":150}}'.encode()

# Written for Node from the description: the payload is the timestamp, a dot and the raw body.
NODE = """
const crypto = require("crypto");
const { secret, body, timestamp } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const raw = Buffer.from(body, "base64");
const payload = Buffer.concat([Buffer.from(timestamp + "."), raw]);
process.stdout.write("sha256=" + crypto.createHmac("sha256", secret).update(payload).digest("hex"));
"""


def fault(body: bytes = BODY, signature: str | None = None, timestamp: str | None = str(NOW), now: int = NOW) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(SECRET, body, signature, timestamp, now=now)
    return caught.value.code


@given(body=st.binary(), secret=st.text(st.characters(codec="utf-8"), min_size=1), age=st.integers(-300, 300))
def test_what_was_signed_is_accepted(body: bytes, secret: str, age: int) -> None:
    verify(secret, body, sign(secret, body, NOW), str(NOW), now=NOW + age)


@given(body=st.binary(min_size=1), at=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_what_was_changed_is_refused(body: bytes, at: int, flip: int) -> None:
    at %= len(body)
    changed = body[:at] + bytes([body[at] ^ flip]) + body[at + 1 :]
    with pytest.raises(SignatureError):
        verify(SECRET, changed, sign(SECRET, body, NOW), str(NOW), now=NOW)


def test_each_mistake_has_its_name() -> None:
    good = sign(SECRET, BODY, NOW)
    parsed = json.loads(BODY)
    unsigned_time = sign(SECRET, BODY, NOW).replace(good[7:], _over_the_body_alone())
    assert fault() == "missing_signature"
    assert fault(signature=good[7:]) == "missing_prefix"
    assert fault(signature=good.upper()) == "not_hexadecimal"
    assert fault(signature="sha256=x") == "not_hexadecimal"
    assert fault(signature="sha1=" + good[7:47]) == "not_hexadecimal"
    assert fault(signature=unsigned_time) == "timestamp_not_signed"
    assert fault(signature=sign("another secret", BODY, NOW)) == "wrong_signature"
    assert fault(signature=sign(SECRET, BODY, NOW + 1)) == "wrong_signature"
    for text in (json.dumps(parsed), json.dumps(parsed, sort_keys=True, ensure_ascii=False)):
        assert fault(signature=sign(SECRET, text.encode(), NOW)) == "body_changed"
    for timestamp in (None, "", "soon", "-1", "1768910400.5", "٣", "9" * 13):
        assert fault(signature=good, timestamp=timestamp) == "bad_timestamp"


def _over_the_body_alone() -> str:
    import hashlib
    import hmac

    return hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(("age", "stale"), [(300, False), (301, True), (-300, False), (-301, True)])
def test_five_minutes_either_way(age: int, stale: bool) -> None:
    good = sign(SECRET, BODY, NOW)
    if stale:
        assert fault(signature=good, now=NOW + age) == "stale"
    else:
        verify(SECRET, BODY, good, str(NOW), now=NOW + age)
    verify(SECRET, BODY, good, str(NOW), now=NOW + age, tolerance=None)


@pytest.mark.skipif(shutil.which("node") is None, reason="the other implementation is a Node program")
def test_a_node_program_makes_the_same_signature() -> None:
    import base64

    given_ = {"secret": SECRET, "body": base64.b64encode(BODY).decode(), "timestamp": NOW}
    done = subprocess.run(["node", "-e", NODE], input=json.dumps(given_), capture_output=True, text=True, check=True)
    assert done.stdout == sign(SECRET, BODY, NOW)
