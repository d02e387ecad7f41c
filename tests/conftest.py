"""Profiles of the property tests, and pytester for the plugin's own tests."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# No deadline: two workers on two cores stall each other, which says nothing about the code.
settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", settings.get_profile("quick"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
