from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("", views.planning_grid, name="planning-grid"),
    path("print", views.planning_grid_print, name="planning-grid-print"),
    path("fold", views.fold, name="fold"),
]
