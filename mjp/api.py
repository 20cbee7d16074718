"""The addresses under /api/v1/."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from budget.api import BudgetViewSet, DistributionKeyViewSet, ExpenditureViewSet, ProjectCostViewSet
from mjp import openapi  # noqa: F401  # its schemes for signing in make themselves known
from organisation.api import NetworkViewSet, RegionViewSet
from pillars.api import LacGoalViewSet, ObjectiveViewSet, PillarViewSet, PlanVersionViewSet, ThemeViewSet
from portfolio.api import (
    AnnualPlanViewSet,
    DecisionViewSet,
    PortfolioViewSet,
    ProjectViewSet,
    StatusReportViewSet,
)

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("pillars", PillarViewSet, basename="pillar")
router.register("themes", ThemeViewSet, basename="theme")
router.register("lac-goals", LacGoalViewSet, basename="lac-goal")
router.register("objectives", ObjectiveViewSet, basename="objective")
router.register("plan-versions", PlanVersionViewSet, basename="plan-version")
router.register("regions", RegionViewSet, basename="region")
router.register("networks", NetworkViewSet, basename="network")
router.register("portfolios", PortfolioViewSet, basename="portfolio")
router.register("projects", ProjectViewSet, basename="project")
router.register("status-reports", StatusReportViewSet, basename="status-report")
router.register("decisions", DecisionViewSet, basename="decision")
router.register("annual-plans", AnnualPlanViewSet, basename="annual-plan")
router.register("distribution-keys", DistributionKeyViewSet, basename="distribution-key")
router.register("budgets", BudgetViewSet, basename="budget")
router.register("expenditure", ExpenditureViewSet, basename="expenditure")

resources = [
    *router.urls,
    path("projects/<int:id>/costs", ProjectCostViewSet.as_view({"get": "list"}), name="project-costs"),
]


class DescriptionView(SpectacularJSONAPIView):
    """The OpenAPI description: for everyone, from every site (API Design Rules, /core/publish-openapi)."""

    renderer_classes = [JSONRenderer, OpenApiJsonRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finalized = super().finalize_response(request, response, *args, **kwargs)
        finalized.headers["Access-Control-Allow-Origin"] = "*"
        return finalized


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((resources, "api"))),
    path("openapi.json", DescriptionView.as_view(), name="openapi"),
]
