from django.urls import path

from portfolio.views import decisions, meeting, progress

app_name = "portfolio"
urlpatterns = [
    path("decisions", decisions.decisions, name="decisions"),
    path("decisions/new", decisions.decision_new, name="decision-new"),
    path("decisions/<int:pk>", decisions.decision, name="decision"),
    path("meeting", meeting.meeting, name="meeting"),
    path("projects/<int:pk>/status-reports/new", progress.status_report_new, name="status-report-new"),
    path("projects/<int:pk>/completion", progress.completion, name="project-completion"),
]
