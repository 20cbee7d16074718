"""The organisation page and the switch of language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from organisation.choices import Language, Tier
from organisation.models import Network, Region
from organisation.navigation import way_back


@require_safe
@permission_required("organisation.view_network", raise_exception=True)
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


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language, on this device and for who is signed in, and go back to the page.

    Whoever comes here by a link, after an error or from the history, goes to the home page.
    """
    if request.method != "POST":
        return HttpResponseRedirect("/")
    language = request.POST.get("language", "")
    if language not in Language.values:
        raise BadRequest("Not a language of the interface")
    response = HttpResponseRedirect(way_back(request))
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
