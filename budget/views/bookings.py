"""Taking over bookings from a file of the bookkeeping: the template, the dry run, the preview, and booking them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from budget.bookkeeping.reading import MOST_BOOKINGS
from budget.bookkeeping.template import build_template
from budget.choices import UploadKind
from budget.line_standing import read_standings
from budget.models import Upload
from budget.querysets import UploadQuerySet
from budget.services import BookingsRefused, book_upload, receive_bookings
from budget.services.bookings import examine_upload
from budget.services.uploads import remove_expired_uploads
from budget.spending_forms import BookingsForm
from budget.spending_page import spent
from budget.views.spending import PER_PAGE
from budget.year_page import nearest_programme_year, programme_years
from organisation.requests import PersonalRequest
from organisation.spreadsheets.unfolding import LARGEST_FILE
from organisation.spreadsheets.writing import WORKBOOK_TYPE

# Imports of before that the page names.
SHOWN_BEFORE = 10
# Bookings that a preview lists; what they do to the lines is of all.
SHOWN_ROWS = 200


@require_safe
@permission_required("budget.book_expenditure", raise_exception=True)
def bookings_template(request: PersonalRequest) -> FileResponse:
    """Give the workbook to fill in, with the lines on which can be booked today."""
    file = build_template(read_standings(programme_years()))
    name = f"{slugify(_('Bookings'))}.xlsx"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.book_expenditure", raise_exception=True)
def bookings_import(request: PersonalRequest) -> HttpResponse:
    """Take a file: show its problems, or what it would book on the page of the kept file."""
    findings, file_name = None, ""
    if request.method == "POST":
        form = BookingsForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                examined, waiting = receive_bookings(file, by=request.user)
            except ValidationError as refusal:
                form.add_error("file", refusal)
            else:
                if waiting is not None:
                    return redirect("budget:bookings-upload", waiting.pk)
                findings, file_name = examined.findings, file.name
    else:
        form = BookingsForm()
        remove_expired_uploads()
    uploads = _uploads()
    return render(
        request,
        "budget/bookings_import.html",
        {
            "form": form,
            "file_name": file_name,
            "findings": findings,
            "waiting": uploads.waiting(timezone.now()).filter(owner=request.user),
            "before": uploads.taken_over()
            .annotate(booking_count=Count("expenditures"))
            .order_by("-taken_over_at")[:SHOWN_BEFORE],
            "year": _year(),
            "most_rows": number_format(MOST_BOOKINGS, force_grouping=True),
            "largest": filesizeformat(LARGEST_FILE),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.book_expenditure", raise_exception=True)
def bookings_upload(request: PersonalRequest, pk: int) -> HttpResponse:
    """Show what a kept file would book, and book it; afterwards what it booked.

    A double click books once, because a file does. A file that waits is its owner's alone.
    """
    if not Upload.objects.filter(pk=pk).exists():
        # Such as one that waited for too long and was cleared away since.
        messages.error(request, _("The file is kept for a day and is no longer here. Upload it again."))
        return redirect("budget:bookings-import")
    mine_or_done = Q(owner=request.user) | Q(taken_over_at__isnull=False)
    shown = get_object_or_404(_uploads().filter(mine_or_done), pk=pk)
    if shown.taken_over_at is not None:
        return _show_booked(request, shown)
    try:
        if request.method == "POST":
            count = book_upload(shown, by=request.user).expenditures.count()
            messages.success(
                request,
                ngettext("%(count)s booking was made.", "%(count)s bookings were made.", count)
                % {"count": count},
            )
            return redirect("budget:bookings-upload", pk)
        examined = examine_upload(shown)
        context: dict[str, Any] = {
            "findings": examined.findings,
            "examined": examined,
            "rows": examined.rows[:SHOWN_ROWS],
            "more_rows": max(0, len(examined.bookings) - SHOWN_ROWS),
        }
    except BookingsRefused as refusal:
        context = {"findings": refusal.findings}
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("budget:bookings-import")
    return render(request, "budget/bookings_preview.html", {"shown": shown, "year": _year(), **context})


def _show_booked(request: PersonalRequest, done: Upload) -> HttpResponse:
    if request.method == "POST":
        return redirect("budget:bookings-upload", done.pk)
    bookings = done.expenditures.visible_to(request.user)
    years = bookings.order_by("line__year").values_list("line__year", flat=True).distinct()
    page = Paginator(bookings.for_list().order_by("-booked_on", "-pk"), PER_PAGE)
    return render(
        request,
        "budget/bookings_done.html",
        {
            "shown": done,
            "year": _year(),
            "spent": spent(bookings),
            "years": list(years),
            "page": page.get_page(request.GET.get("page")),
        },
    )


def _year() -> int:
    """Give the year whose expenditure the pages of a file lead back to."""
    today = timezone.localdate().year
    return nearest_programme_year(today) or today


def _uploads() -> UploadQuerySet:
    return Upload.objects.filter(kind=UploadKind.BOOKINGS).select_related("owner")
