"""Composes what a halted workflow tells a person: an AI's part, played by a stub or by fixed rules."""

import asyncio
import re
from collections.abc import Callable, Mapping

from interactor_emulator.effects import ComposeText, TextFault
from interactor_emulator.jsontext import Json, encode

Composer = Callable[[str, Mapping[str, Json]], str]
"""Called with the prompt and the data to include, by path; what it raises counts as a failure."""

_FIRST_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)


class Writer:
    """Until told otherwise it writes the prompt's first sentence and the data, the same every time (inferred)."""

    def __init__(self) -> None:
        self._composer: Composer = built_in
        self._fault: str | None = None

    def respond(self, text: str) -> None:
        """Always write this text."""
        self.respond_with(lambda _prompt, _data: text)

    def respond_with(self, composer: Composer) -> None:
        """Write what this function returns: it is called with the prompt, its templates filled in, and the data to
        include, by path. What it raises counts as a failure."""
        self._composer, self._fault = composer, None

    def fail(self, message: str = "the text service is unavailable") -> None:
        """Write nothing: the prompt itself is shown, with a diagnostic that has this message."""
        self._fault = message

    def restore(self) -> None:
        """Go back to the built-in rules."""
        self._composer, self._fault = built_in, None

    def become(self, other: "Writer") -> None:
        """Write as this one does."""
        self._composer, self._fault = other._composer, other._fault

    def compose(self, effect: ComposeText) -> str | TextFault:
        """The text, or why there is none."""
        if self._fault is not None:
            return TextFault(self._fault, provoked=True)
        try:
            text = self._composer(effect.prompt, effect.data)
        except Exception as error:  # noqa: BLE001 - what a test put in place of an AI may raise anything
            return TextFault(f"{type(error).__name__}: {error}")
        return text if isinstance(text, str) else TextFault(f"the composer returned {type(text).__name__}, no text")

    async def compose_async(self, effect: ComposeText) -> str | TextFault:
        """The same without blocking the event loop."""
        if self._composer is built_in or self._fault is not None:
            return self.compose(effect)
        return await asyncio.to_thread(self.compose, effect)


def built_in(prompt: str, data: Mapping[str, Json]) -> str:
    """ "The prompt's first sentence, then the included data as `key: value` pairs"."""
    first = _FIRST_SENTENCE.match(prompt)
    sentence = (first[1] if first else prompt).strip()
    pairs = ", ".join(f"{key}: {value if isinstance(value, str) else encode(value)}" for key, value in data.items())
    return f"{sentence} {pairs}".strip()
