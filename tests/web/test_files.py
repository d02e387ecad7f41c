"""Files: upload, limits, types, retention."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, terminal, workflow

FIELD = {"name": "receipt", "type": "file", "label": "Receipt", "accept": ["image/*", "application/pdf", ".csv"]}


def load(emulator: Emulator, client: httpx.Client, **field: Any) -> str:
    fields = [{**FIELD, **field}, {"name": "note", "type": "string", "label": "Note"}]
    emulator.load(workflow("expenses", {"ask": halt("end", fields=fields), "end": terminal()}))
    created = client.post("/workflows/expenses/instances", json={"namespace": "user_1"})
    return f"/workflows/instances/{created.json()['data']['id']}"


def upload(
    client: httpx.Client, path: str, name: str = "a.pdf", type_: str = "application/pdf", content: bytes = b"%PDF"
) -> Any:
    return client.post(f"{path}/files", data={"field": "receipt"}, files={"file": (name, content, type_)})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_file_is_kept_and_its_id_goes_into_the_answer(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = load(interactor, interactor_client)
    answer = upload(interactor_client, path)
    assert answer.status_code == 201
    file = answer.json()["data"]
    assert list(file) == ["file_id", "field", "filename", "content_type", "size", "created_at"]
    assert (file["field"], file["filename"], file["size"]) == ("receipt", "a.pdf", 4)
    resumed = interactor_client.post(f"{path}/resume", json={"input": {"receipt": file["file_id"]}})
    assert resumed.json()["data"]["workflow_data"] == {"receipt": file["file_id"]}


@pytest.mark.parametrize(
    ("name", "type_", "status"),
    [("a.png", "image/png", 201), ("A.CSV", "text/plain", 201), ("a.txt", "text/plain", 415), ("a", "", 415)],
)
def test_types(interactor: Emulator, interactor_client: httpx.Client, name: str, type_: str, status: int) -> None:
    path = load(interactor, interactor_client)
    assert upload(interactor_client, path, name, type_).status_code == status


def test_a_field_without_accept_takes_any_type(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = load(interactor, interactor_client, accept=None)
    assert upload(interactor_client, path, "a.bin", "application/x-anything").status_code == 201


def test_a_file_has_at_most_10_megabytes_or_what_its_field_says(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    path = load(interactor, interactor_client)
    assert upload(interactor_client, path, content=b"x" * (10 << 20)).status_code == 201
    assert code(upload(interactor_client, path, content=b"x" * ((10 << 20) + 1))) == (413, "payload_too_large")
    assert code(upload(interactor_client, path, content=b"x" * (11 << 20))) == (413, "payload_too_large")
    small = load(interactor, interactor_client, maxSize=10)
    assert upload(interactor_client, small, content=b"x" * 10).status_code == 201
    assert code(upload(interactor_client, small, content=b"x" * 11)) == (413, "payload_too_large")


def test_a_field_has_at_most_five(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = load(interactor, interactor_client)
    answers = [upload(interactor_client, path) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [400]
    assert code(answers[-1]) == (400, "validation_error")


def test_what_is_no_upload_is_told(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = load(interactor, interactor_client) + "/files"
    file = {"file": ("a.pdf", b"x", "application/pdf")}
    assert code(interactor_client.post(path, json={})) == (415, "unsupported_media_type")
    assert code(interactor_client.post(path, files=file)) == (400, "validation_error")
    for field in ("note", "nope"):
        assert code(interactor_client.post(path, data={"field": field}, files=file)) == (400, "validation_error")
    no_file = {"field": (None, "receipt"), "other": (None, "x")}
    assert code(interactor_client.post(path, files=no_file)) == (400, "validation_error")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert code(interactor_client.post(path, content=b"--x\r\nnonsense", headers=broken)) == (400, "validation_error")
    unbounded = {"content-type": "multipart/form-data"}
    assert code(interactor_client.post(path, content=b"nonsense", headers=unbounded)) == (400, "validation_error")


def test_an_instance_that_does_not_wait_takes_no_file(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = load(interactor, interactor_client)
    interactor_client.post(f"{path}/resume")
    assert code(upload(interactor_client, path)) == (400, "instance_not_halted")
    assert code(upload(interactor_client, "/workflows/instances/inst_x")) == (404, "instance_not_found")


def test_files_are_kept_for_seven_days_after_the_end(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = load(interactor, interactor_client)
    upload(interactor_client, path)
    own = str(interactor_client.base_url).removesuffix("/api/v1/") + "/_emulator" + path.removeprefix("/workflows")
    interactor.clock.advance(days=30)
    assert len(httpx.get(f"{own}/files").json()["files"]) == 1
    interactor_client.post(f"{path}/resume")
    interactor.clock.advance(days=7, seconds=-1)
    assert len(httpx.get(f"{own}/files").json()["files"]) == 1
    interactor.clock.advance(seconds=1)
    assert httpx.get(f"{own}/files").json()["files"] == []
