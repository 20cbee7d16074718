from django.urls import path

from budget.views import projects, years

app_name = "budget"
urlpatterns = [
    path("budget", years.budget, name="budget"),
    path("budget/<int:year>", years.budget_year, name="year"),
    path("budget/<int:year>/amount", years.budget_amount, name="amount"),
    path("budget/<int:year>/contributions/draft", years.budget_draft, name="draft"),
    path("projects/<int:pk>/costs", projects.project_costs, name="project-costs"),
]
