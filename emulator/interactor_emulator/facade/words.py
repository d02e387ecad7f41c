"""The words that a test writes, as types: a type checker knows a mistaken one."""

from typing import TypeAlias

from interactor_emulator.account.settings import Execution, Timestamps
from interactor_emulator.faults.on_calls import CallEffect
from interactor_emulator.faults.rules import Effect
from interactor_emulator.state import deliveries, instance
from interactor_emulator.state.overlaps import Holdable

from .assertions import CancelReason

__all__ = [
    "CallFaultName",
    "CancelReason",
    "DeliveryStatus",
    "EventName",
    "Execution",
    "FaultName",
    "Holdable",
    "InstanceStatus",
    "Timestamps",
]

InstanceStatus: TypeAlias = instance.Status
DeliveryStatus: TypeAlias = deliveries.Status
EventName: TypeAlias = deliveries.EventName
FaultName: TypeAlias = Effect
CallFaultName: TypeAlias = CallEffect
