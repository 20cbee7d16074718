"""Portfolios and holders, project assignments with all that belongs to them, and decisions."""

from portfolio.models.assignments import (
    CapacityRequest,
    Project,
    ProjectDependency,
    Result,
    Risk,
)
from portfolio.models.decisions import Decision, DecisionSubject, StateChange
from portfolio.models.imports import ProjectImport
from portfolio.models.portfolios import Portfolio, PortfolioHolder
from portfolio.models.progress import Attachment, Remark, ReportReminder, StatusReport

__all__ = [
    "Attachment",
    "CapacityRequest",
    "Decision",
    "DecisionSubject",
    "Portfolio",
    "PortfolioHolder",
    "Project",
    "ProjectDependency",
    "ProjectImport",
    "Remark",
    "ReportReminder",
    "Result",
    "Risk",
    "StateChange",
    "StatusReport",
]
