"""A new key from a sheet: the form, what is wrong with the sheet, what the key would do, and keeping it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.choices import UploadKind
from budget.errors import ChangedMeanwhile
from budget.key_effect import EFFECT_SORTS, read_effect
from budget.key_examining import KeyDetails
from budget.key_forms import FORMS, KeySheetForm
from budget.key_template import build_key_template
from budget.models import DistributionKey, Upload
from budget.services import KeyRefused, discard_key_upload, keep_uploaded_key, receive_key_upload
from budget.services.key_uploads import KEY_KINDS, examine_kept_key
from budget.services.uploads import file_is_gone
from organisation.requests import PersonalRequest
from organisation.spreadsheets.unfolding import LARGEST_FILE, UnreadableFile
from organisation.spreadsheets.writing import WORKBOOK_TYPE


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.add_key", raise_exception=True)
def key_new(request: PersonalRequest) -> HttpResponse:
    """Take a sheet for a new key: show its problems, or lead to the preview of what it would do."""
    kind = _kind(request)
    examined = None
    if request.method == "POST":
        form = FORMS[kind](request.POST, request.FILES)
        if form.is_valid():
            try:
                examined, waiting = receive_key_upload(
                    kind, by=request.user, upload=form.cleaned_data["file"], details=form.details
                )
            except UnreadableFile as refusal:
                form.add_error("file", refusal)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                if waiting is not None:
                    return redirect("budget:key-upload", waiting.pk)
    else:
        form = FORMS[kind](initial=_initial(request))
    return render(
        request,
        "budget/key_new.html",
        {
            "form": form,
            "kind": kind,
            "findings": examined.findings if examined else None,
            "file_name": form.cleaned_data["file"].name if examined else "",
            "largest": filesizeformat(LARGEST_FILE),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.add_key", raise_exception=True)
def key_upload(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show what the key of a sheet would do per region, and keep it. A sheet is its owner's alone; twice keeps once."""
    shown = _waiting_or_kept(request, pk)
    if shown is None:
        # Such as one that waited for too long and was cleared away since.
        messages.error(request, " ".join(file_is_gone().messages))
        return redirect("budget:key-new")
    try:
        if request.method == "POST" or shown.taken_over_at is not None:
            kept = keep_uploaded_key(shown, by=request.user, read_as=request.POST.get("read_as"))
            if request.method == "POST":
                messages.success(
                    request, _("“%(key)s” is kept. Support adopts it when it is final.") % {"key": kept}
                )
            return redirect("budget:key", kept.pk)
        return _show_preview(request, shown)
    except KeyRefused as refusal:
        return _show_findings(request, shown, refusal.findings)
    except ChangedMeanwhile:
        messages.warning(
            request,
            _(
                "The weights are others since you opened this page, so no key was made. Look at the effect again."
            ),
        )
        return redirect("budget:key-upload", pk)
    except DistributionKey.DoesNotExist:
        messages.info(request, _("The key was removed already."))
        return redirect("budget:keys")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("budget:key-new")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.add_key", raise_exception=True)
def key_discard(request: PersonalRequest, pk: int) -> HttpResponse:
    """Remove a sheet that waits; of one that was kept, lead to the key. An address that was followed leads to its preview."""
    if request.method != "POST":
        return redirect("budget:key-upload", pk)
    shown = _waiting_or_kept(request, pk)
    if shown is not None and not discard_key_upload(shown, by=request.user):
        messages.info(
            request, _("A key was made of this sheet already. Remove the key itself if it is wrong.")
        )
        return redirect("budget:key-upload", pk)
    messages.success(request, _("The sheet is removed; no key was made of it."))
    return redirect("budget:keys")


@require_safe
@permission_required("budget.add_key", raise_exception=True)
def key_template(request: PersonalRequest) -> HttpResponse | FileResponse:
    """Give the sheet to fill in."""
    kind = _kind(request)
    try:
        file = build_key_template(kind, timezone.localdate().year)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("budget:key-new")
    name = _("measures") if kind == UploadKind.MEASURES else _("amounts")
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK_TYPE)


def _waiting_or_kept(request: PersonalRequest, pk: int) -> Upload | None:
    """Give a sheet of this person; None for one that is no longer there. Someone else's is not found."""
    found = Upload.objects.filter(pk=pk).first()
    if found is not None and (found.owner_id != request.user.pk or found.kind not in KEY_KINDS):
        raise Http404
    return found


def _show_preview(request: PersonalRequest, shown: Upload) -> HttpResponse:
    examined = examine_kept_key(shown)
    if examined.findings.problems:
        return _show_findings(request, shown, examined.findings)
    details = KeyDetails.from_data(shown.details)
    sort = request.GET.get("sort", "")
    sort = sort if sort in EFFECT_SORTS else "code"
    effect = read_effect(examined.weights, details.year, replaces=details.replaces, sort=sort)
    before = DistributionKey.objects.filter(name=details.name).order_by("-version").first()
    return render(
        request,
        "budget/key_preview.html",
        {
            "shown": shown,
            "details": details,
            "findings": examined.findings,
            "read_as": examined.fingerprint,
            "outcome": examined.outcome,
            "effect": effect,
            "sort": sort,
            "before": before,
            "version": before.version + 1 if before else 1,
        },
    )


def _show_findings(request: PersonalRequest, shown: Upload, findings: Any) -> HttpResponse:
    context = {"shown": shown, "details": KeyDetails.from_data(shown.details), "findings": findings}
    return render(request, "budget/key_preview.html", context)


def _kind(request: PersonalRequest) -> UploadKind:
    kind = request.GET.get("kind", "")
    return UploadKind(kind) if kind in FORMS else KeySheetForm.kind


def _initial(request: PersonalRequest) -> dict[str, Any]:
    """Give what a new version of a key takes over from it; else the years from the next one on."""
    pk = request.GET.get("replaces", "")
    # More digits than any id has would be too much for the database.
    found = (
        DistributionKey.objects.filter(pk=pk).first()
        if pk.isascii() and pk.isdigit() and len(pk) < 10
        else None
    )
    if found is None:
        year = timezone.localdate().year + 1
        return {"first_year": year, "last_year": year, "year": year}
    return {
        "name": "" if found.is_indicative else found.name,
        "legal_ground": found.legal_ground,
        "first_year": found.first_year,
        "last_year": found.last_year,
        "year": found.first_year,
        "replaces": found.pk,
    }
