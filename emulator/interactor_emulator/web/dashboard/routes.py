"""The dashboard's pages, a row each, and the menu over them."""

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from interactor_emulator import bounds
from interactor_emulator.limits import LIMITS
from interactor_emulator.web.hosting.hosted import Accounts
from interactor_emulator.web.loopback import Loopback

from .files import StaticFile
from .following import Follow
from .pages import Dashboard, Guarded, Moved, PageEndpoint
from .visit import View

MENU = (
    ("overview", "", "Overview"),
    ("workflows", "workflows", "Workflows"),
    ("instances", "instances", "Instances"),
    ("webhooks", "webhooks", "Webhooks"),
    ("calls", "calls", "Calls"),
    ("time", "time", "Time"),
    ("requests", "requests", "Requests"),
    ("metrics", "metrics", "Metrics"),
    ("settings", "settings", "Settings"),
)
"""Name, path and words of each entry."""

# Percent-encoded, as a form is, each byte takes up to three.
_DEFINITION = 3 * LIMITS.definition_body_bytes

VIEWS = (
    View("", "overview", "overview", act="act"),
    View("workflows", "workflows", "workflows"),
    View("create-workflow", "workflows", "new_workflow", act="act", most=_DEFINITION),
    View("workflows/{name}", "workflows", "workflow", act="act"),
    View("workflows/{name}/version", "workflows", "new_workflow", "show_version", "act_version", most=_DEFINITION),
    View("workflows/{name}/start", "workflows", "start", act="act"),
    View("workflows/{name}/scenarios/{number}", "workflows", "workflow", show="scenario"),
    View("instances", "instances", "instances"),
    View("instances/{instance_id}", "instances", "instance", act="act"),
    View("instances/{instance_id}/copy", "instances", "copy"),
    View("time", "time", "clock", act="act"),
    View("webhooks", "webhooks", "webhooks", act="delete"),
    View("webhooks/new", "webhooks", "webhooks", show="new", act="create"),
    View("webhooks/deliveries", "webhooks", "deliveries", act="replay_all"),
    View("webhooks/deliveries/{delivery_id}", "webhooks", "deliveries", show="one", act="replay"),
    View("webhooks/why", "webhooks", "undelivered"),
    View("webhooks/certify", "webhooks", "certify", act="start"),
    View("webhooks/certify/{number}", "webhooks", "certify", show="one"),
    View("webhooks/faults", "webhooks", "faults", act="act"),
    View("requests", "requests", "requests"),
    View("requests/{request_id:path}", "requests", "requests", show="one"),
    View("calls", "calls", "calls"),
    View("calls/stubs", "calls", "stubs", act="act"),
    View("calls/{number}", "calls", "calls", show="one", act="act"),
    View("metrics", "metrics", "metrics"),
    View("metrics.txt", "metrics", "metrics", show="as_text"),
    View("settings", "settings", "settings", act="act"),
    View("settings/snapshot", "settings", "settings", "snapshot", "restore", most=bounds.SNAPSHOT.most),
)


def dashboard_routes(accounts: Accounts, loopback: Loopback) -> list[BaseRoute]:
    """The routes of all pages, beneath the control API's prefix."""
    dashboard = Dashboard(accounts, MENU)
    endpoints: dict[str, ASGIApp] = {
        "/dashboard/static/{name}": StaticFile(),
        "/dashboard/events": Follow(accounts),
        "/dashboard": Moved(),
        "/dashboard/": Moved(),
        **{_path(view): PageEndpoint(dashboard, view) for view in VIEWS},
    }
    return [Route(path, Guarded(loopback, endpoint)) for path, endpoint in endpoints.items()]


def _path(view: View) -> str:
    return f"/dashboard/{view.path}" if view.path else "/"
