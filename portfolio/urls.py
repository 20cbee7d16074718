from django.urls import path

from portfolio.views import (
    assignment,
    attachments,
    decisions,
    meeting,
    progress,
    project,
    project_history,
    project_list,
    project_verbs,
)

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
    path("projects", project_list.projects, name="projects"),
    path("projects/excel", project_list.projects_excel, name="projects-excel"),
    path("projects/<int:pk>", project.project, name="project"),
    path("projects/<int:pk>/history", project_history.project_history, name="project-history"),
    path("projects/<int:pk>/submit", project_verbs.submit, name="project-submit"),
    path("projects/<int:pk>/withdraw", project_verbs.withdraw, name="project-withdraw"),
    path("projects/<int:pk>/start", project_verbs.start, name="project-start"),
    path("projects/<int:pk>/remarks", project_verbs.remark, name="remark-add"),
    path("projects/<int:pk>/attachments", attachments.add, name="attachment-add"),
    path("attachments/<int:pk>", attachments.download, name="attachment"),
    path("attachments/<int:pk>/withdraw", attachments.withdraw, name="attachment-withdraw"),
]
