"""The clients here are the document's own text, but for the tags and type arguments that its copy has lost."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
EXPRESS = EXAMPLES / "express_app" / "src"
BEGIN, END = "// begin of the document's\n", "// end of the document's\n"
# The copy was cleaned as a page is: these elements went with what they hold, of all others the tags alone.
WITH_CONTENT = re.compile(r"<(button|label)\b.*?</\1>", re.S)
TAG = re.compile(r"</?[A-Za-z][^>]*>")


def documented(text: str) -> str:
    """What of a file is the document's: all of it, or what stands between the two marks."""
    return text.split(BEGIN, 1)[-1].split(END, 1)[0]


def cleaned(text: str) -> str:
    return without_spaces(TAG.sub("", WITH_CONTENT.sub("", text)))


def without_spaces(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("manager.ts", "manager.txt"),
        ("usage.ts", "usage.txt"),
        ("receiver.ts", "verifier.txt"),
        ("form.tsx", "form.txt"),
    ],
)
def test_a_client_is_the_documents(file: str, text: str) -> None:
    own = documented((HERE / file).read_text("utf-8"))
    assert cleaned(own) == without_spaces((HERE / "document" / text).read_text("utf-8"))


def test_the_manager_of_the_express_app_is_the_documents() -> None:
    assert (EXPRESS / "workflow-manager.ts").read_text("utf-8") == (HERE / "manager.ts").read_text("utf-8")


def test_the_verifier_of_the_express_app_is_the_documents() -> None:
    own, exported = (EXPRESS / "verify-webhook-signature.ts").read_text("utf-8").split("\nexport ")
    documents = (HERE / "document" / "verifier.txt").read_text("utf-8").split("// Express middleware example")[0]
    assert (without_spaces(own), exported) == (without_spaces(documents), "{ verifyWebhookSignature }\n")


def test_the_client_of_the_elixir_app_is_the_documents() -> None:
    own = (EXAMPLES / "elixir_app" / "lib" / "my_app" / "interactor" / "workflows.ex").read_text("utf-8")
    assert without_spaces(own) == without_spaces((HERE / "document" / "workflows.txt").read_text("utf-8"))
