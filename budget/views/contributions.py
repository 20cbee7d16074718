"""A year's contributions: their versions, and adopting, invoicing and marking them as paid."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from budget.allocation import read_year
from budget.contribution_page import ContributionsPage, read_contributions_page
from budget.errors import ChangedMeanwhile, NoAmount
from budget.invoice_export import CSV_TYPE, as_csv, as_workbook
from budget.models import Contribution
from budget.services import adopt_contributions, discard_draft, invoice_contributions, mark_paid
from budget.support_forms import AdoptForm, InvoiceForm, PaidForm
from budget.year_page import programme_years
from organisation.requests import PersonalRequest
from organisation.spreadsheets.writing import WORKBOOK_TYPE
from portfolio.forms.decisions import take


@require_safe
@permission_required("budget.view_split", raise_exception=True)
def contributions(request: PersonalRequest, year: int) -> HttpResponse:
    """Show the versions of a year's contributions, and what is owed, invoiced and paid per region."""
    return _show(request, _read(request, year))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_contributions", raise_exception=True)
def adopt(request: PersonalRequest, year: int) -> HttpResponse:
    """Adopt the draft by a decision. An address that was followed leads to the contributions."""
    if request.method != "POST":
        return redirect("budget:contributions", year)
    form = AdoptForm(request.POST)
    if form.is_valid():
        try:
            adopted = adopt_contributions(
                year,
                by=request.user,
                decision=form.cleaned_data["decision"],
                read_as=form.cleaned_data["read_as"],
            )
        except ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "The draft changed since you opened this page, so it was not adopted. Below it is as it is now: look at it "
                    "again before you adopt it."
                ),
            )
        except ValidationError as refusal:
            take(form, refusal)
        else:
            messages.success(
                request,
                _("Version %(version)s of the contributions of %(year)s is adopted.")
                % {"version": adopted.version, "year": year},
            )
            return redirect("budget:contributions", year)
    return _show(request, _read(request, year), adopt_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_contributions", raise_exception=True)
def discard(request: PersonalRequest, year: int) -> HttpResponse:
    """Remove the draft. An address that was followed leads to the contributions."""
    if request.method == "POST":
        try:
            discard_draft(year, by=request.user, read_as=request.POST.get("read_as", ""))
        except ChangedMeanwhile:
            messages.error(
                request,
                _("The draft changed since you opened this page, so it was not removed. Look at it again."),
            )
        except NoAmount as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("There is no draft of %(year)s any more.") % {"year": year})
    return redirect("budget:contributions", year)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_contributions", raise_exception=True)
def invoice(request: PersonalRequest, year: int) -> HttpResponse:
    """Invoice what the regions owe. An address that was followed leads to the contributions."""
    if request.method != "POST":
        return redirect("budget:contributions", year)
    form = InvoiceForm(request.POST)
    if form.is_valid():
        try:
            invoiced = invoice_contributions(year, by=request.user, **form.cleaned_data)
        except ChangedMeanwhile:
            form.add_error(
                None,
                _(
                    "Other contributions are in force since you opened this page, so nothing was invoiced. Look at them below "
                    "first."
                ),
            )
        except ValidationError as refusal:
            take(form, refusal)
        else:
            if invoiced:
                messages.success(
                    request,
                    ngettext(
                        "%(count)s region is invoiced.", "%(count)s regions are invoiced.", len(invoiced)
                    )
                    % {"count": len(invoiced)},
                )
            else:
                messages.info(request, _("All regions were invoiced already; nothing changed."))
            return redirect("budget:contributions", year)
    return _show(request, _read(request, year), invoice_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("budget.change_contributions", raise_exception=True)
def paid(request: PersonalRequest, year: int) -> HttpResponse:
    """Mark invoices as paid. An address that was followed leads to the contributions."""
    if request.method != "POST":
        return redirect("budget:contributions", year)
    page = _read(request, year)
    form = PaidForm(request.POST, rows=[row for version in page.versions for row in version.rows])
    if form.is_valid():
        chosen = Contribution.objects.filter(pk__in=form.cleaned_data["contributions"])
        try:
            marked = mark_paid(
                chosen,
                by=request.user,
                paid_on=form.cleaned_data["paid_on"],
                payment_reference=form.cleaned_data["payment_reference"],
            )
        except ValidationError as refusal:
            take(form, refusal)
        else:
            _say_what_was_marked(request, len(marked), len(form.cleaned_data["contributions"]) - len(marked))
            return redirect("budget:contributions", year)
    return _show(request, page, paid_form=form)


@require_safe
@permission_required("budget.change_contributions", raise_exception=True)
def export(request: PersonalRequest, year: int) -> HttpResponse | FileResponse:
    """Give what was invoiced, as XLSX or CSV: of `version`, or of the newest of which something was invoiced."""
    page = _read(request, year)
    asked = request.GET.get("version", "")
    wanted = page.version(int(asked)) if asked.isdecimal() and len(asked) < 6 else None
    found = wanted if asked else next(iter(page.exported), None)
    if found is None or not found.invoiced:
        messages.info(request, _("Nothing is invoiced yet. Invoice the contributions first."))
        return redirect("budget:contributions", year)
    name = slugify(_("invoices %(year)s version %(version)s") % {"year": year, "version": found.number})
    if request.GET.get("format") == "csv":
        return HttpResponse(
            as_csv(year, found.invoiced),
            content_type=CSV_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    return FileResponse(
        as_workbook(year, found.invoiced),
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type=WORKBOOK_TYPE,
    )


def _say_what_was_marked(request: PersonalRequest, marked: int, before: int) -> None:
    if marked:
        messages.success(
            request,
            ngettext("%(count)s invoice is marked as paid.", "%(count)s invoices are marked as paid.", marked)
            % {"count": marked},
        )
    if before:
        messages.info(
            request,
            ngettext(
                "%(count)s invoice was marked as paid before; nothing changed for it.",
                "%(count)s invoices were marked as paid before; nothing changed for them.",
                before,
            )
            % {"count": before},
        )


def _read(request: PersonalRequest, year: int) -> ContributionsPage:
    if year not in programme_years():
        raise Http404
    return read_contributions_page(year, request.user)


def _show(request: PersonalRequest, page: ContributionsPage, **forms: Any) -> HttpResponse:
    may_edit = request.user.has_perm("budget.change_contributions")
    overrun = None
    if may_edit:
        allocation = read_year(page.year)
        overrun = -allocation.unallocated if allocation and allocation.is_over_allocated else None
        forms = {
            "adopt_form": AdoptForm(),
            "invoice_form": InvoiceForm(),
            "paid_form": PaidForm(rows=page.open_invoices),
            **forms,
        }
    return render(
        request,
        "budget/contributions.html",
        {"page": page, "year": page.year, "may_edit": may_edit, "overrun": overrun, **forms},
    )
