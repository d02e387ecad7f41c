"""Checked, never run: the same in an event loop."""

from typing import assert_type

from interactor_emulator import Aio, AsyncRun, AsyncThread, Emulator, Fired, InstanceStatus, Received


async def scenario(emulator: Emulator) -> None:
    """Whatever blocks is awaited; what only reads is not."""
    aio = assert_type(emulator.aio, Aio)
    assert_type(await aio.load("x.json"), str)
    run = assert_type(await aio.start("x", {"amount": 1}), AsyncRun)
    assert_type(run.assert_halted("ask").assert_path("ask"), AsyncRun)
    assert_type(run.status, InstanceStatus)
    assert_type(await run.resume(approved=True), AsyncRun)
    assert_type(await run.thread("finance").choose("yes"), AsyncRun)
    assert_type(run.thread("finance").assert_halted(), AsyncThread)
    assert_type(await aio.advance(days=1), list[Fired])
    assert_type(await aio.wait_for("workflow.instance.completed"), Received)
    await aio.settle()
    async with aio.hold("resume") as held:
        await held.wait_for(2)
    aio.hold("resum")  # type: ignore[arg-type]
    aio.start("x").status  # type: ignore[attr-defined]
