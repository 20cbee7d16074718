from django.urls import path

from budget.views import carry_over, contributions, planning, years

app_name = "budget"
urlpatterns = [
    path("budget", years.budget, name="budget"),
    path("budget/<int:year>", years.budget_year, name="year"),
    path("budget/<int:year>/amount", years.budget_amount, name="amount"),
    path("budget/<int:year>/contributions/draft", years.budget_draft, name="draft"),
    path("budget/<int:year>/contributions", contributions.contributions, name="contributions"),
    path("budget/<int:year>/contributions/adopt", contributions.adopt, name="adopt"),
    path("budget/<int:year>/contributions/invoice", contributions.invoice, name="invoice"),
    path("budget/<int:year>/contributions/paid", contributions.paid, name="paid"),
    path("budget/<int:year>/contributions/export", contributions.export, name="export"),
    path("budget/<int:year>/central-support", planning.central_support, name="central-support"),
    path("budget/<int:year>/forecast/<slug:of>", planning.forecast, name="forecast"),
    path("budget/<int:year>/carry-over", carry_over.carry_over, name="carry-over"),
    path("budget/<int:year>/carry-over/new", carry_over.carry_over_new, name="carry-over-new"),
]
