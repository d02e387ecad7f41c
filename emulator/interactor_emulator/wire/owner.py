"""Whose an instance is, in the wire's words: the API answers with it, and webhooks tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interactor_emulator.state.instance import Instance

if TYPE_CHECKING:  # types alone: an emulator in process starts without them
    from . import shapes


def owner(instance: Instance) -> shapes.Owned:
    """Its namespace; nothing for one at account level, since a member is never null."""
    return {} if instance.namespace is None else {"namespace": instance.namespace}
