"""Every way through a definition: its conditions solved, its scripts run, and what that says against it."""
