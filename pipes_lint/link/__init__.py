"""Launches and sessions of all files become one `Project`."""

from __future__ import annotations

from .project import link

__all__ = ["link"]
