from django.urls import path

from reporting.views import annual_plans, grid, reports

app_name = "reporting"
urlpatterns = [
    path("", grid.planning_grid, name="planning-grid"),
    path("print", grid.planning_grid_print, name="planning-grid-print"),
    path("fold", grid.fold, name="fold"),
    path("annual-plans", annual_plans.annual_plans, name="annual-plans"),
    path("annual-plans/compare", annual_plans.compare, name="annual-plan-compare"),
    path("annual-plans/<int:year>", annual_plans.annual_plan, name="annual-plan"),
    path("annual-plans/<int:year>/begin", annual_plans.begin, name="annual-plan-begin"),
    path("annual-plans/<int:year>/texts", annual_plans.texts, name="annual-plan-texts"),
    path("annual-plans/<int:year>/align", annual_plans.align, name="annual-plan-align"),
    path("annual-plans/<int:year>/reopen", annual_plans.reopen, name="annual-plan-reopen"),
    path("annual-plans/<int:year>/adopt", annual_plans.adopt, name="annual-plan-adopt"),
    path("annual-plans/<int:year>/offer", annual_plans.offer, name="annual-plan-offer"),
    path("reports", reports.reports, name="reports"),
    path("reports/ask", reports.ask, name="report-ask"),
    path("reports/<int:pk>", reports.report, name="report"),
    path("reports/<int:pk>/file", reports.download, name="report-file"),
    path("reports/<int:pk>/cancel", reports.cancel, name="report-cancel"),
    path("reports/<int:pk>/publish", reports.publish, name="report-publish"),
    path("reports/<int:pk>/withdraw", reports.withdraw, name="report-withdraw"),
    path("reports/texts/<int:year>", reports.report_texts, name="report-texts"),
]
