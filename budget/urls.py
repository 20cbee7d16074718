from django.urls import path

from budget.views import regions, years

app_name = "budget"
urlpatterns = [
    path("budget", years.budget, name="budget"),
    path("budget/<int:year>", years.budget_year, name="year"),
    path("budget/<int:year>/amount", years.budget_amount, name="amount"),
    path("budget/<int:year>/contributions/draft", years.budget_draft, name="draft"),
    path("budget/<int:year>/excel", regions.year_excel, name="year-excel"),
    path("regions", regions.own_region, name="own-region"),
    path("regions/<str:code>", regions.region, name="region"),
    path("regions/<str:code>/excel", regions.region_excel, name="region-excel"),
]
