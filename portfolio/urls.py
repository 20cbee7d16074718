from django.urls import path

from portfolio.views import assignment

app_name = "portfolio"
urlpatterns = [
    path("projects/new", assignment.project_new, name="project-new"),
    path("projects/<int:pk>/edit", assignment.project_edit, name="project-edit"),
    path("projects/<int:pk>/edit/<slug:step>", assignment.project_step, name="project-step"),
    path("projects/<int:pk>/preview", assignment.project_preview, name="project-preview"),
]
