from django.urls import path

from pillars import views

app_name = "pillars"
urlpatterns = [
    path("themes/<slug:slug>", views.theme, name="theme"),
    path("objectives/<int:pk>", views.objective, name="objective"),
    path("lac-goals", views.lac_goals, name="lac-goals"),
]
