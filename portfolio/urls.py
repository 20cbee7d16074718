from django.urls import URLPattern, path

from portfolio.views import awaiting, capacity, objectives, portfolios

app_name = "portfolio"
urlpatterns: list[URLPattern] = [
    path("awaiting", awaiting.awaiting, name="awaiting"),
    path("portfolios", portfolios.portfolios, name="portfolios"),
    path("portfolios/new", portfolios.portfolio_new, name="portfolio-new"),
    path("portfolios/<slug:slug>/edit", portfolios.portfolio_edit, name="portfolio-edit"),
    path("capacity", capacity.capacity, name="capacity"),
    path("objectives/<int:pk>/projects", objectives.objective_projects, name="objective-projects"),
    path("themes/<slug:slug>/portfolios", objectives.theme_portfolios, name="theme-portfolios"),
]
