"""The organisation page and the switch of language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from organisation.choices import Language, Tier
from organisation.models import Network, Region


@require_safe
@permission_required("organisation.view_organisation", raise_exception=True)
def organisation(request: HttpRequest) -> HttpResponse:
    """Show who works with whom: the scheme of actors, the other bodies that the programme names, the regions."""
    networks = list(Network.objects.select_related("reports_to").order_by("position", "name"))
    tiers = [(tier, [network for network in networks if network.tier == tier]) for tier in Tier]
    return render(
        request,
        "organisation/organisation.html",
        {
            "tiers": tiers,
            "other_networks": sorted(
                (network for network in networks if not network.tier), key=lambda n: n.name
            ),
            "regions": Region.objects.all(),
        },
    )


@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language, on this device and for who is signed in, and go back to the page."""
    language = request.POST.get("language", "")
    if language not in Language.values:
        return HttpResponse(_("Choose Dutch or English."), status=400, content_type="text/plain")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return response
