from django.urls import path

from budget.views import projects, years
from budget.views import key_uploads, keys, years

app_name = "budget"
urlpatterns = [
    path("budget", years.budget, name="budget"),
    path("budget/<int:year>", years.budget_year, name="year"),
    path("budget/<int:year>/amount", years.budget_amount, name="amount"),
    path("budget/<int:year>/contributions/draft", years.budget_draft, name="draft"),
    path("projects/<int:pk>/costs", projects.project_costs, name="project-costs"),
    path("budget/keys", keys.keys, name="keys"),
    path("budget/keys/new", key_uploads.key_new, name="key-new"),
    path("budget/keys/template", key_uploads.key_template, name="key-template"),
    path("budget/keys/uploads/<int:pk>", key_uploads.key_upload, name="key-upload"),
    path("budget/keys/uploads/<int:pk>/discard", key_uploads.key_discard, name="key-discard"),
    path("budget/keys/<int:pk>", keys.key, name="key"),
    path("budget/keys/<int:pk>/regions/<str:code>", keys.key_region, name="key-region"),
    path("budget/keys/<int:pk>/adopt", keys.key_adopt, name="key-adopt"),
    path("budget/keys/<int:pk>/remove", keys.key_remove, name="key-remove"),
]
