"""A process that is forked off while others are at work has accounts and scripts of its own."""

import subprocess
import sys

import pytest

# Threads run scripts all the time, so that each fork comes in the midst of something else.
PROGRAM = """
import os, signal, threading, traceback
from interactor_emulator import Emulator

GIVE_UP_SECONDS = 30

def states(code):
    return {"a": {"type": "action", "logic": {"type": "script", "code": code}, "transitions": [{"target": "end"}]},
            "end": {"type": "terminal"}}

emulator = Emulator()
emulator.load({"name": "w", "initial_state": "a", "states": states("return {n: 1}")})
# What is imported late is imported by now: the interpreter itself does not bear a fork in the midst of that.
emulator.start("w")
ended = threading.Event()

def work():
    while not ended.is_set():
        emulator.start("w")

def in_fork(number):
    emulator.load({"name": f"w{number}", "initial_state": "a", "states": states(f"return {{n: {number}}}")})
    assert emulator.start("w").data == {"n": 1}
    assert emulator.start(f"w{number}").data == {"n": number}

threads = [threading.Thread(target=work) for _ in range(4)]
for each in threads:
    each.start()
for number in range(12):
    forked = os.fork()
    if forked == 0:
        signal.alarm(GIVE_UP_SECONDS)
        try:
            in_fork(number)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]))
ended.set()
for each in threads:
    each.join()
print(emulator.start("w").status)
"""


@pytest.mark.unmeasured
def test_a_script_runs_in_a_fork_while_other_threads_run_scripts() -> None:
    program = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAM]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120)
    assert (done.stdout.split(), done.stderr) == (["0"] * 12 + ["completed"], "")
