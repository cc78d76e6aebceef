"""Profiles of Hypothesis: ``quick`` for every run, ``thorough`` on request (``--hypothesis-profile=thorough``)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True, suppress_health_check=QUIET)
settings.register_profile("thorough", max_examples=1000, deadline=None, suppress_health_check=QUIET)
settings.load_profile("quick")
