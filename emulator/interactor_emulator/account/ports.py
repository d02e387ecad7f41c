"""Who carries out each kind of effect of an account."""

import asyncio
from collections.abc import Awaitable, Callable
from threading import current_thread

from interactor_emulator.adapters.driver import Ports
from interactor_emulator.adapters.http.caller import Caller
from interactor_emulator.adapters.script.pool import ScriptCall, ScriptPool
from interactor_emulator.adapters.writer import Writer
from interactor_emulator.effects import (
    Await,
    CheckSyntax,
    ComposeText,
    Compute,
    Elsewhere,
    HttpAnswer,
    HttpFault,
    RunScript,
    ScriptFault,
    ScriptResult,
    SendHttp,
    SendWebhook,
    SyntaxFault,
    WaitsForItself,
    Walk,
)


class Outside:
    """The world outside of one account: `script_call` says how a script is to be run, `give_way` lets requests go
    ahead of a webhook."""

    def __init__(
        self,
        pool: ScriptPool,
        caller: Caller,
        writer: Writer,
        script_call: Callable[[RunScript], ScriptCall],
        give_way: Callable[[], Awaitable[None]],
    ) -> None:
        self._pool = pool
        self._caller = caller
        self._writer = writer
        self._script_call = script_call
        self._give_way = give_way

    def ports(self) -> Ports:
        """For each kind of effect who carries it out, blocking and awaiting."""
        caller, writer = self._caller, self._writer
        return {
            RunScript: (self._run_script, self._run_script_async),
            CheckSyntax: (self._check_syntax, self._check_syntax_async),
            Compute: (self._compute, self._compute_async),
            SendHttp: (caller.send, caller.send_async),
            SendWebhook: (caller.deliver, self._deliver_async),
            ComposeText: (writer.compose, writer.compose_async),
            Walk: (_walk, _walk_async),
            Elsewhere: (_elsewhere, _elsewhere_async),
            Await: (_await, _await_async),
        }

    def _run_script(self, effect: RunScript) -> ScriptResult | ScriptFault:
        return self._pool.run(self._script_call(effect))

    async def _run_script_async(self, effect: RunScript) -> ScriptResult | ScriptFault:
        return await self._pool.run_async(self._script_call(effect))

    def _check_syntax(self, effect: CheckSyntax) -> list[SyntaxFault | None]:
        return self._pool.check(effect.codes)

    async def _check_syntax_async(self, effect: CheckSyntax) -> list[SyntaxFault | None]:
        return await self._pool.check_async(effect.codes)

    def _compute(self, effect: Compute) -> str:
        return self._pool.compute(effect.program, effect.given)

    async def _compute_async(self, effect: Compute) -> str:
        return await self._pool.compute_async(effect.program, effect.given)

    async def _deliver_async(self, effect: SendWebhook) -> HttpAnswer | HttpFault:
        await self._give_way()
        return await self._caller.deliver_async(effect)


def _walk(effect: Walk[object]) -> object:
    return effect.work()


async def _walk_async(effect: Walk[object]) -> object:
    return await asyncio.to_thread(effect.work)


def _elsewhere(effect: Elsewhere[object]) -> object:
    return effect.run()


async def _elsewhere_async(effect: Elsewhere[object]) -> object:
    return await effect.run_async()


def _await(effect: Await) -> None:
    if effect.holder is current_thread() and not effect.happened.done():
        raise WaitsForItself
    effect.happened.result()


async def _await_async(effect: Await) -> None:
    # Several may wait for the same: one that is broken off must not take it from the others.
    await asyncio.shield(asyncio.wrap_future(effect.happened))
