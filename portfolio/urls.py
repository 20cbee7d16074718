from django.urls import URLPattern, path

from portfolio.views import attachments, project, project_history, project_list, project_verbs

app_name = "portfolio"
urlpatterns: list[URLPattern] = [
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
