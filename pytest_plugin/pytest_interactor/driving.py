"""How a machine acts on an emulator: in the process, or through the API over HTTP. Both write down what they did, as
lines of a test that does the same."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from interactor_emulator import Emulator, InteractorError
from interactor_emulator.facade.run import Run, RunThread
from interactor_emulator.web.endpoints.operations import OPERATIONS

from .invariants import Seen, complain, seen

Given = Mapping[str, Any]
_LONG = 10**9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: the id of its instance, and the error code with which it was answered, None for a success.

    `said` is the answer itself, to be compared with another one."""

    id: str
    code: str | None = None
    said: object = None


@dataclass(slots=True)
class Told:
    """The lines of the test, in which the instance is `run`."""

    lines: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        self.lines += lines


class Driver(Protocol):
    """What can be done with one workflow."""

    told: Told

    def create(self, input: Given, namespace: str, key: str | None, *, again: bool = False) -> Outcome: ...
    def answer(self, id: str, thread: str | None, input: Given) -> Outcome: ...
    def cancel(self, id: str) -> Outcome: ...
    def race(self, id: str, thread: str | None, one: Given, other: Given) -> tuple[Outcome, Outcome]: ...
    def advance(self, seconds: int) -> None: ...
    def see(self, id: str) -> Seen: ...
    def close(self) -> None: ...


class InProcess:
    """By the methods of `Emulator` and `Run`."""

    def __init__(self, emulator: Emulator, workflow: str) -> None:
        self.told: Told = Told()
        self._emulator = emulator
        self._workflow = workflow

    def create(self, input: Given, namespace: str, key: str | None, *, again: bool = False) -> Outcome:
        run = self._emulator.start(self._workflow, input, namespace, key)
        given = "" if key is None else f", idempotency_key={key!r}"
        start = f"emulator.start({self._workflow!r}, {input!r}, {namespace!r}{given})"
        self.told.add(f"assert {start}.id == run.id" if again else f"run = {start}")
        return Outcome(run.id, None if run.failure is None else run.failure.code, run.id)

    def answer(self, id: str, thread: str | None, input: Given) -> Outcome:
        outcome = self._resumed(id, thread, input)
        self._tell(outcome, f"{_whom(thread)}.resume({input!r})")
        return outcome

    def cancel(self, id: str) -> Outcome:
        code = None
        try:
            self._emulator.run(id).cancel()
        except InteractorError as error:
            code = error.code
        outcome = Outcome(id, code)
        self._tell(outcome, "run.cancel()")
        return outcome

    def race(self, id: str, thread: str | None, one: Given, other: Given) -> tuple[Outcome, Outcome]:
        """Both are accepted before either acts, the first one first."""
        with ThreadPoolExecutor(2) as pool, self._emulator.hold("resume", id) as held:
            first = pool.submit(self._resumed, id, thread, one)
            held.wait_for(1)
            second = pool.submit(self._resumed, id, thread, other)
            held.wait_for(2)
            held.release()
        whom = _whom(thread)
        self.told.add(
            'with ThreadPoolExecutor(2) as pool, emulator.hold("resume", run.id) as held:',
            f"    first = pool.submit({whom}.resume, {one!r})",
            "    held.wait_for(1)",
            f"    second = pool.submit({whom}.resume, {other!r})",
            "    held.wait_for(2)",
            "    held.release()",
            "wait([first, second])",
        )
        if one != other:
            self.told.add("assert [first.exception(), second.exception()].count(None) <= 1")
        return first.result(), second.result()

    def advance(self, seconds: int) -> None:
        self.told.add(f"emulator.clock.advance(seconds={seconds})")
        self._emulator.clock.advance(seconds=seconds)

    def see(self, id: str) -> Seen:
        return self._emulator.read(lambda account: seen(account, id))

    def close(self) -> None:
        """Nothing was opened."""

    def _resumed(self, id: str, thread: str | None, input: Given) -> Outcome:
        run = self._emulator.run(id)
        try:
            whom: Run | RunThread = run if thread is None else run.thread(thread)
            whom.resume(input)
        except InteractorError as error:
            return Outcome(id, error.code)
        return Outcome(id)

    def _tell(self, outcome: Outcome, call: str) -> None:
        refused = [] if outcome.code is None else [f"with pytest.raises(InteractorError):  # {outcome.code}"]
        self.told.add(*refused, f"    {call}" if refused else call)


_DESCRIBED = {(each.method, each.path): each for each in OPERATIONS}
_CREATE, _INSTANCE = "/workflows/{name}/instances", "/workflows/instances/{instance_id}"
_RESUME, _RESUME_THREAD = f"{_INSTANCE}/resume", f"{_INSTANCE}/threads/{{thread_id}}/resume"


class OverHttp:
    """By the API's own paths; each answer has the form that the description of its operation says."""

    def __init__(self, emulator: Emulator, workflow: str) -> None:
        import httpx  # late: most machines run in the process

        self.told: Told = Told()
        self._emulator = emulator
        self._workflow = workflow
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(emulator.asgi_app),
            base_url="http://127.0.0.1/api/v1",
            headers={"Authorization": f"Bearer {emulator.token(expires_in=_LONG)}"},
        )

    def create(self, input: Given, namespace: str, key: str | None, *, again: bool = False) -> Outcome:
        body = {"namespace": namespace, "input": dict(input)}
        code, said = self._run(self._send("POST", _CREATE, body, key, name=self._workflow))
        id_ = str(said["data"]["id"] if code is None else said["error"]["details"]["instance_id"])
        given = "" if key is None else f', headers={{"Idempotency-Key": {key!r}}}'
        self.told.add(
            f"created = client.post({f'/workflows/{self._workflow}/instances'!r}, json={body!r}{given}).json()"
        )
        found = 'created["data"]["id"]' if code is None else 'created["error"]["details"]["instance_id"]'
        self.told.add(f"assert {found} == run.id" if again else f"run = emulator.run({found})")
        return Outcome(id_, code, said)

    def answer(self, id: str, thread: str | None, input: Given) -> Outcome:
        self._tell(_path(thread), f", json={{'input': {dict(input)!r}}}")
        code, said = self._run(self._resume(id, thread, input))
        return Outcome(id, code, said)

    def cancel(self, id: str) -> Outcome:
        self._tell("cancel", ", json={}")
        code, said = self._run(self._send("POST", f"{_INSTANCE}/cancel", {}, instance_id=id))
        return Outcome(id, code, said)

    def race(self, id: str, thread: str | None, one: Given, other: Given) -> tuple[Outcome, Outcome]:
        """Both are accepted before either acts, the first one first."""

        async def both() -> list[tuple[str | None, Any]]:
            async with self._emulator.aio.hold("resume", id) as held:
                first = asyncio.create_task(self._resume(id, thread, one))
                await held.wait_for(1)
                second = asyncio.create_task(self._resume(id, thread, other))
                await held.wait_for(2)
                held.release()
                return [await first, await second]

        path = _path(thread)
        self.told.add('with ThreadPoolExecutor(2) as pool, emulator.hold("resume", run.id) as held:')
        for number, (which, input_) in enumerate((("first", one), ("second", other)), 1):
            url = f'f"/workflows/instances/{{run.id}}/{path}"'
            self.told.add(f"    {which} = pool.submit(client.post, {url}, json={{'input': {dict(input_)!r}}})")
            self.told.add(f"    held.wait_for({number})")
        self.told.add("    held.release()", "wait([first, second])")
        if one != other:
            self.told.add("assert [each.result().status_code for each in (first, second)].count(200) <= 1")
        first, second = self._run(both())
        return Outcome(id, *first), Outcome(id, *second)

    def advance(self, seconds: int) -> None:
        self.told.add(f"emulator.clock.advance(seconds={seconds})")
        self._emulator.clock.advance(seconds=seconds)

    def see(self, id: str) -> Seen:
        """As the API shows it, which is as the emulator itself has it."""
        shown = self._run(self._shown(id))
        own = self._emulator.read(lambda account: seen(account, id))
        if shown != (own.instance, own.events):
            complain(["over HTTP the instance is shown otherwise than in the process"])
        return own

    def close(self) -> None:
        self._run(self._client.aclose())
        self._runner.close()

    def _run(self, work: Any) -> Any:
        return self._runner.run(work)

    async def _shown(self, id: str) -> tuple[Any, list[Any]]:
        _, instance = await self._send("GET", _INSTANCE, instance_id=id)
        events: list[Any] = []
        query = {"include_data": "true", "limit": "1000"}
        while True:
            _, page = await self._send("GET", f"{_INSTANCE}/history", query=query, instance_id=id)
            events += page["data"]["events"]
            if not page["data"]["pagination"]["has_more"]:
                return instance["data"], events
            query["cursor"] = page["data"]["pagination"]["next_cursor"]

    async def _resume(self, id: str, thread: str | None, input: Given) -> tuple[str | None, Any]:
        body = {"input": dict(input)}
        if thread is None:
            return await self._send("POST", _RESUME, body, instance_id=id)
        return await self._send("POST", _RESUME_THREAD, body, instance_id=id, thread_id=thread)

    async def _send(
        self, method: str, path: str, body: Any = None, key: str | None = None, query: Any = None, **places: str
    ) -> tuple[str | None, Any]:
        """The code of the error, None for a success, and the body of the answer; each as it is described."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = await self._client.request(method, path.format(**places), json=body, headers=headers, params=query)
        described, said = _DESCRIBED[method, path], answer.json()
        if answer.status_code == described.status and "data" in said:
            return None, said
        code = said.get("error", {}).get("code")
        if code not in described.codes.get(answer.status_code, []):
            complain([f"{method} {path} is answered with {answer.status_code} and {code}, which is not described"])
        return code, said

    def _tell(self, path: str, given: str) -> None:
        self.told.add(f'client.post(f"/workflows/instances/{{run.id}}/{path}"{given})')


def _whom(thread: str | None) -> str:
    return "run" if thread is None else f"run.thread({thread!r})"


def _path(thread: str | None) -> str:
    return "resume" if thread is None else f"threads/{thread}/resume"
