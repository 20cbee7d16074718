from django.urls import path

from portfolio.views import importing

app_name = "portfolio"
urlpatterns = [
    path("projects/import", importing.project_import, name="import"),
    path("projects/import/template", importing.import_template, name="import-template"),
    path("projects/import/<int:pk>", importing.import_preview, name="import-preview"),
]
