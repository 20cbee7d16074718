from django.urls import path

from portfolio.views import assignment, decisions, meeting, progress

app_name = "portfolio"
urlpatterns = [
    path("projects/new", assignment.project_new, name="project-new"),
    path("projects/<int:pk>/edit", assignment.project_edit, name="project-edit"),
    path("projects/<int:pk>/edit/<slug:step>", assignment.project_step, name="project-step"),
    path("projects/<int:pk>/preview", assignment.project_preview, name="project-preview"),
    path("decisions", decisions.decisions, name="decisions"),
    path("decisions/new", decisions.decision_new, name="decision-new"),
    path("decisions/<int:pk>", decisions.decision, name="decision"),
    path("meeting", meeting.meeting, name="meeting"),
    path("projects/<int:pk>/status-reports/new", progress.status_report_new, name="status-report-new"),
    path("projects/<int:pk>/completion", progress.completion, name="project-completion"),
]
