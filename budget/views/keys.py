"""The distribution keys: all of them, one with its weights, the outcome of the formula, adopting and removing."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.key_forms import AmountForm
from budget.key_pages import WEIGHT_SORTS, read_key_page, read_keys, read_region_outcome
from budget.models import DistributionKey, Upload
from budget.services import adopt_key, remove_key
from budget.services.key_uploads import KEY_KINDS
from organisation.requests import PersonalRequest


@require_safe
@permission_required("budget.view_key", raise_exception=True)
def keys(request: PersonalRequest) -> HttpResponse:
    """List the keys that the person may see."""
    waiting = Upload.objects.none()
    if request.user.has_perm("budget.add_key"):
        waiting = Upload.objects.waiting(timezone.now()).filter(owner=request.user, kind__in=KEY_KINDS)
    return render(request, "budget/keys.html", {"lines": read_keys(request.user), "waiting": waiting})


@require_safe
@permission_required("budget.view_key", raise_exception=True)
def key(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show a key: where it comes from, and what each region weighs and would pay."""
    shown = _visible_key(request, pk)
    year = min(max(timezone.localdate().year, shown.first_year), shown.last_year)
    is_chosen = "year" in request.GET
    form = AmountForm(request.GET if is_chosen else None, key=shown, initial={"year": year})
    amount = None
    if is_chosen and form.is_valid():
        year, amount = form.cleaned_data["year"], form.cleaned_data["amount"]
    sort = request.GET.get("sort", "")
    sort = sort if sort in WEIGHT_SORTS else "code"
    page = read_key_page(shown, request.user, year=year, amount=amount, sort=sort)
    chosen = request.GET.copy()
    chosen.pop("sort", None)
    return render(
        request,
        "budget/key.html",
        {
            "page": page,
            "key": page.line.key,
            "form": form,
            "sort": sort,
            "chosen": f"{chosen.urlencode()}&" if chosen else "",
        },
    )


@require_safe
@permission_required("budget.view_key", raise_exception=True)
def key_region(request: PersonalRequest, pk: int, code: str) -> HttpResponse:
    """Show how the legal formula comes to the amount of a region, line by line."""
    page = read_region_outcome(_visible_key(request, pk), code)
    if page is None:
        raise Http404
    return render(request, "budget/key_region.html", {"page": page, "key": page.key})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.adopt_key", raise_exception=True)
def key_adopt(request: PersonalRequest, pk: int) -> HttpResponse:
    """Adopt a key. An address that was followed leads to the key."""
    shown = _visible_key(request, pk)
    if request.method == "POST":
        try:
            adopted = adopt_key(shown, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("“%(key)s” is adopted.") % {"key": adopted})
    return redirect("budget:key", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.add_key", raise_exception=True)
def key_remove(request: PersonalRequest, pk: int) -> HttpResponse:
    """Remove a key that was kept by mistake. An address that was followed leads to the key."""
    if request.method != "POST":
        return redirect("budget:key", pk)
    shown = DistributionKey.objects.visible_to(request.user).filter(pk=pk).first()
    if shown is None:
        messages.info(request, _("The key was removed already."))
        return redirect("budget:keys")
    try:
        remove_key(shown, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("budget:key", pk)
    messages.success(request, _("“%(key)s” is removed.") % {"key": shown})
    return redirect("budget:keys")


def _visible_key(request: PersonalRequest, pk: int) -> DistributionKey:
    keys = DistributionKey.objects.visible_to(request.user).select_related("coefficients")
    return get_object_or_404(keys, pk=pk)
