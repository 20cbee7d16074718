"""Portfolios and holders, project assignments with all that belongs to them, decisions and annual plans."""

from portfolio.models.annual_plans import AnnualPlan, AnnualReportText, PlanParagraph, ReportParagraph
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
    "AnnualPlan",
    "AnnualReportText",
    "Attachment",
    "CapacityRequest",
    "Decision",
    "DecisionSubject",
    "PlanParagraph",
    "Portfolio",
    "PortfolioHolder",
    "Project",
    "ProjectDependency",
    "ProjectImport",
    "Remark",
    "ReportParagraph",
    "ReportReminder",
    "Result",
    "Risk",
    "StateChange",
    "StatusReport",
]
