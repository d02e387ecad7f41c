"""Whose an instance is, in the wire's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from interactor_emulator.state.instance import Instance
from interactor_emulator.variants import Variants

if TYPE_CHECKING:  # types alone: an emulator in process starts without them
    from . import shapes


def owner(instance: Instance, variants: Variants) -> shapes.Owned:
    """Its namespace. An instance at account level has none: "no member is ever `null`" in the published schema."""
    if instance.namespace is None:
        return {}
    return cast("shapes.Owned", {variants.user_key: instance.namespace})
