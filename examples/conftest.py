"""Projects with settings of their own are tested in their folders, as who copies them does it; their pages do that."""

collect_ignore = ["flask_app", "purchase_app"]
