"""Every address of the application; paths have no trailing slash, but for those of the Django admin."""

from django.contrib import admin
from django.urls import include, path

from mjp import views
from mjp.api import urlpatterns as api_urlpatterns

urlpatterns = [
    path("", include("reporting.urls")),
    path("", include("budget.urls")),
    path("", include("portfolio.urls")),
    path("", include("pillars.urls")),
    path("", include("organisation.urls")),
    path("accounts/", include("organisation.account_urls")),
    path("api/v1/", include(api_urlpatterns)),
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler400 = "mjp.views.bad_request"
handler403 = "mjp.views.permission_denied"
handler404 = "mjp.views.page_not_found"
handler500 = "mjp.views.server_error"
# allauth looks here for it.
handler429 = "mjp.views.too_many_requests"
