"""Releases of O*NET: read whole or refused whole, then the catalogue brought in line with one (ADR 0009)."""

from assessments.actions.onet.bringing import bring_in
from assessments.actions.onet.reading import INCOMPLETE, read
from assessments.actions.onet.release import Release
from assessments.actions.onet.report import KINDS, Report

__all__ = ["INCOMPLETE", "KINDS", "Release", "Report", "bring_in", "read"]
