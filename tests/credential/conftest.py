"""Hypothesis on a shared machine: whatever profile is loaded, without a deadline an example."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "core", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("core")
