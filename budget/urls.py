from django.urls import path

from budget.views import projects, years
from budget.views import key_uploads, keys, years
from budget.views import bookings, spending, years
from budget.views import carry_over, contributions, planning, years
from budget.views import regions, years

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
    path("budget/<int:year>/expenditure", spending.expenditure, name="expenditure"),
    path("budget/<int:year>/expenditure/excel", spending.expenditure_excel, name="expenditure-excel"),
    path("budget/<int:year>/expenditure/new", spending.expenditure_new, name="expenditure-new"),
    path("budget/expenditure/import", bookings.bookings_import, name="bookings-import"),
    path("budget/expenditure/template", bookings.bookings_template, name="bookings-template"),
    path("budget/expenditure/uploads/<int:pk>", bookings.bookings_upload, name="bookings-upload"),
    path("budget/expenditure/<int:pk>", spending.booking, name="booking"),
    path("budget/expenditure/<int:pk>/withdraw", spending.booking_withdraw, name="booking-withdraw"),
    path("budget/expenditure/<int:pk>/document", spending.booking_document, name="booking-document"),
    path("budget/<int:year>/contributions", contributions.contributions, name="contributions"),
    path("budget/<int:year>/contributions/adopt", contributions.adopt, name="adopt"),
    path("budget/<int:year>/contributions/invoice", contributions.invoice, name="invoice"),
    path("budget/<int:year>/contributions/paid", contributions.paid, name="paid"),
    path("budget/<int:year>/contributions/export", contributions.export, name="export"),
    path("budget/<int:year>/central-support", planning.central_support, name="central-support"),
    path("budget/<int:year>/forecast/<slug:of>", planning.forecast, name="forecast"),
    path("budget/<int:year>/carry-over", carry_over.carry_over, name="carry-over"),
    path("budget/<int:year>/carry-over/new", carry_over.carry_over_new, name="carry-over-new"),
    path("budget/<int:year>/excel", regions.year_excel, name="year-excel"),
    path("regions", regions.own_region, name="own-region"),
    path("regions/<str:code>", regions.region, name="region"),
    path("regions/<str:code>/excel", regions.region_excel, name="region-excel"),
]
