"""A plugin for tests of a page that have properties: a few examples, the same each time, on a busy machine too."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "page", derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("page")
