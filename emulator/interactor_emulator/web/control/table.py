"""What the control API can do: a table of paths and methods, one function for each."""

from collections.abc import Mapping

from . import accounts, deliveries, observed, outside, timing
from .call import Action

ACTIONS: Mapping[str, Mapping[str, Action]] = {
    "/health": {"GET": observed.health},
    "/reset": {"POST": accounts.reset},
    "/clock": {"GET": timing.show_clock, "PUT": timing.set_clock},
    "/clock/advance": {"POST": timing.advance},
    "/settle": {"POST": timing.settle},
    "/hold": {"GET": timing.show_held, "POST": timing.hold},
    "/release": {"POST": timing.release},
    "/ai": {"PUT": outside.set_writer},
    "/tokens": {"POST": accounts.create_token},
    "/clients": {"GET": accounts.show_clients, "POST": accounts.create_client},
    "/secrets": {"GET": outside.show_secrets, "PUT": outside.set_secrets},
    "/routes": {"GET": outside.show_routes, "PUT": outside.set_routes},
    "/stubs": {"GET": outside.show_stubs, "POST": outside.create_stub, "DELETE": outside.delete_stubs},
    "/deliveries": {"GET": deliveries.show_deliveries},
    "/deliveries/{delivery_id}/replay": {"POST": deliveries.replay},
    "/dead-letters": {"GET": deliveries.show_dead_letters},
    "/dead-letters/replay": {"POST": deliveries.replay_dead_letters},
    "/faults": {
        "GET": deliveries.show_faults,
        "POST": deliveries.create_fault,
        "DELETE": deliveries.delete_faults,
    },
    "/requests": {"GET": outside.show_requests},
    "/diagnostics": {"GET": observed.show_diagnostics},
    "/instances/{instance_id}/explain": {"GET": observed.explain},
    "/coverage": {"GET": observed.show_coverage},
    "/metrics": {"GET": observed.show_metrics},
    "/openapi.json": {"GET": observed.show_description},
    "/instances/{instance_id}/graph": {"GET": observed.draw_instance},
    "/workflows/{name}/graph": {"GET": observed.draw_workflow},
    "/instances/{instance_id}/files": {"GET": observed.show_files},
    "/accounts": {"POST": accounts.create_account},
    "/accounts/{name}": {"DELETE": accounts.delete_account},
}
