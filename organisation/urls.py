from django.urls import path

from organisation import views

app_name = "organisation"
urlpatterns = [
    path("organisation", views.organisation, name="organisation"),
    path("language", views.choose_language, name="language"),
]
