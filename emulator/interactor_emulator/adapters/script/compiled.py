"""The sandbox's programs as the engine's own bytecode, in the child alone: to parse the prelude takes longer than to
run a small script in it, to read its bytecode a sixth of that.

The binding has no word for it. But its C module exports QuickJS's own functions, and the context that they want stands
in the binding's object: behind its head, and a pointer to its runtime. Nobody has promised that, so:

- it is done for the versions of the binding that were looked at, and for no other;
- whatever is odd (no such function, another kind of value) means that there is no bytecode;
- each child tries it before it says that it is ready: a first answer must be what the source text gives. A child that
  crashes over that harms nobody, and the other process starts the next ones without it;
- `INTERACTOR_EMULATOR_BYTECODE=off` does without.
"""

import ctypes
import os
import sys
from typing import Any

# Folders that say which binding is installed; both keep a context at the same place.
VERSIONS = ("quickjs-1.19.4.dist-info", "quickjs_ng-0.17.0.2.dist-info")

_PYTHON_OBJECT_BYTES, _POINTER_BYTES = 16, 8
# From quickjs.h, and the same in both: flags of JS_Eval, JS_WriteObject and JS_ReadObject, and the tag of `undefined`.
_COMPILE_ONLY = 1 << 5
_BYTECODE = 1 << 0
_UNDEFINED = 3
# As the binding itself names what it evaluates: a stack shows it.
_FILE = b"<input>"


class NoBytecodeError(Exception):
    """It is not to be had here."""


class _Value(ctypes.Structure):
    """A JSValue of a 64-bit build: a number or a pointer, and what kind it is."""

    _fields_ = (("payload", ctypes.c_uint64), ("tag", ctypes.c_int64))


class Programs:
    """Programs that were compiled once, to be run in many contexts: each is statements, whose value is `undefined`."""

    def __init__(self, binding: Any, native: Any, sources: list[str]) -> None:
        """`native` is a context that nothing else is done in. Raises NoBytecodeError."""
        folder = os.path.dirname(binding.__file__)
        if sys.maxsize < 1 << 32 or not any(os.path.isdir(os.path.join(folder, each)) for each in VERSIONS):
            raise NoBytecodeError("another binding, or another kind of machine")
        try:
            self._bind(ctypes.PyDLL(binding.__file__))
        except (OSError, AttributeError) as error:
            raise NoBytecodeError(str(error)) from None
        self._programs = [self._compile(native, source.encode()) for source in sources]

    def _bind(self, library: ctypes.PyDLL) -> None:
        context, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
        self._eval, self._write = library.JS_Eval, library.JS_WriteObject
        self._eval.argtypes, self._eval.restype = [context, text, size, text, ctypes.c_int], _Value
        self._write.argtypes = [context, ctypes.POINTER(size), _Value, ctypes.c_int]
        self._write.restype = ctypes.c_void_p
        self._free = library.js_free
        self._free.argtypes, self._free.restype = [context, ctypes.c_void_p], None
        self._read, self._run = library.JS_ReadObject, library.JS_EvalFunction
        self._read.argtypes, self._read.restype = [context, context, size, ctypes.c_int], _Value
        self._run.argtypes, self._run.restype = [context, _Value], _Value

    def _compile(self, native: Any, source: bytes) -> Any:
        context, length = _context(native), ctypes.c_size_t()
        program = self._eval(context, source, len(source), _FILE, _COMPILE_ONLY)
        written = self._write(context, ctypes.byref(length), program, _BYTECODE)
        if not written:
            raise NoBytecodeError("it cannot be written")
        bytecode = ctypes.create_string_buffer(ctypes.string_at(written, length.value), length.value)
        self._free(context, written)
        # It is run here too: that is what gives it back.
        self._done(self._run(context, program))
        return bytecode

    def run(self, native: Any, which: int) -> None:
        """Run one of them in a context. Raises NoBytecodeError."""
        context, program = _context(native), self._programs[which]
        self._done(self._run(context, self._read(context, program, len(program), _BYTECODE)))

    def _done(self, value: _Value) -> None:
        if value.tag != _UNDEFINED:
            raise NoBytecodeError("it ended otherwise than it should")


def _context(native: Any) -> int:
    """The JSContext of the binding's object."""
    at = id(native) + _PYTHON_OBJECT_BYTES + _POINTER_BYTES
    return ctypes.c_void_p.from_address(at).value or 0
