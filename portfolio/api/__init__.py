"""Annual plans, portfolios, projects, status reports and decisions for programs: the same querysets, rules and services as the pages."""

from portfolio.api.annual_plans import AnnualPlanViewSet
from portfolio.api.decisions import DecisionViewSet
from portfolio.api.portfolios import PortfolioViewSet
from portfolio.api.projects import ProjectViewSet
from portfolio.api.status_reports import StatusReportViewSet

__all__ = [
    "AnnualPlanViewSet",
    "DecisionViewSet",
    "PortfolioViewSet",
    "ProjectViewSet",
    "StatusReportViewSet",
]
