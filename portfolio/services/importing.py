"""Importing existing projects from a workbook: checked first, then made by the same verbs as by hand, all or nothing."""

import hashlib
import io
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisation.models import User
from organisation.outbox import silenced
from organisation.spreadsheets.findings import Findings, Problem
from organisation.spreadsheets.unfolding import LARGEST_FILE
from organisation.spreadsheets.values import NOT_SHOWN
from pillars.models import Objective, Programme
from portfolio.choices import Health, Outcome
from portfolio.importing.checking import BEGUN, Checked
from portfolio.importing.columns import PROJECTS
from portfolio.importing.contents import NewProject
from portfolio.importing.examining import Examined, examine
from portfolio.models import Portfolio, Project, ProjectImport
from portfolio.services.decisions import record_decision
from portfolio.services.doors import require
from portfolio.services.editing import (
    CapacityLine,
    ProjectLines,
    ResultLine,
    RiskLine,
    edit_project,
    start_draft,
)
from portfolio.services.life_cycle import ask_completion, start_project, submit_project
from portfolio.services.progress import Assessment, Delivery, report_status


class ImportRefused(ValidationError):
    """Problems stand in the way of an import, and nothing of it was made; `findings` says which."""

    def __init__(self, findings: Findings) -> None:
        super().__init__([problem.text for problem in findings.problems] or [""], code="problems")
        self.findings = findings


def receive_import(*, by: User, upload: UploadedFile) -> tuple[Examined, ProjectImport | None]:
    """Examine a workbook and, when there is no problem with it, keep it for its owner to import within a day.

    Makes no project. The same file of the same person is kept once. Raises `PermissionDenied`, `UnreadableFile`, and
    `ValidationError` for a file that was imported before.
    """
    require(by, "portfolio.import_projects")
    remove_expired_imports()
    # Not more than one byte too many: how much is read isn't for the file to say.
    upload.seek(0)
    content = upload.read(LARGEST_FILE + 1)
    sha256 = hashlib.sha256(content).hexdigest()
    _refuse_imported_before(sha256)
    examined = examine(io.BytesIO(content), timezone.localdate())
    if examined.findings.problems:
        return examined, None
    with transaction.atomic():
        waiting = ProjectImport.objects.waiting(timezone.now()).filter(owner=by, sha256=sha256).first()
        if waiting is None:
            name = PurePath((upload.name or "").replace("\\", "/")).name
            waiting = ProjectImport(owner=by, name=NOT_SHOWN.sub("", name)[-200:], sha256=sha256)
            upload.seek(0)
            waiting.file.save(f"{uuid.uuid4().hex}.xlsx", upload, save=False)
            waiting.save()
    return examined, waiting


@transaction.atomic
def import_projects(waiting: ProjectImport, *, by: User) -> ProjectImport:
    """Make the projects of a file that was received, all or none; asked again, give what was made.

    Everything is checked anew, because others went on working since. The states come about by the verbs, recorded as
    done today by this person; nobody is written to. Raises `PermissionDenied`, `ImportRefused`, and `ValidationError`
    for a file that is no longer kept or that was imported before.
    """
    require(by, "portfolio.import_projects")
    stored = ProjectImport.objects.select_for_update(of=("self",)).get(pk=waiting.pk, owner=by)
    if stored.imported_at is not None:
        return stored
    # One import at a time, so that two people don't make the same projects.
    list(Programme.objects.select_for_update().order_by("pk"))
    _refuse_imported_before(stored.sha256)
    examined = examine_kept(stored)
    if examined.findings.problems:
        raise ImportRefused(examined.findings)
    with silenced():
        made = _make(examined.checked, by)
    stored.projects.set(made)
    _remove_file(stored)
    stored.imported_at = timezone.now()
    stored.save(update_fields=["file", "imported_at"])
    return stored


def examine_kept(waiting: ProjectImport) -> Examined:
    """Examine a file that waits once more. Raises `ValidationError` when it is no longer kept."""
    gone = ValidationError(
        _("The file is kept for a day and is no longer here. Upload it again."), code="gone"
    )
    if not waiting.file or waiting.expires_at <= timezone.now():
        raise gone
    try:
        with waiting.file.open("rb") as source:
            return examine(io.BytesIO(source.read()), timezone.localdate())
    except FileNotFoundError:
        raise gone from None


@transaction.atomic
def remove_expired_imports() -> None:
    """Remove files that nobody imported within a day."""
    for expired in ProjectImport.objects.expired(timezone.now()).select_for_update(of=("self",)):
        _remove_file(expired)
        expired.delete()


def _remove_file(stored: ProjectImport) -> None:
    storage, name = stored.file.storage, stored.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    stored.file = ""


def _refuse_imported_before(sha256: str) -> None:
    before = ProjectImport.objects.imported().filter(sha256=sha256).select_related("owner").first()
    if before is not None and before.imported_at is not None:
        raise ValidationError(
            _("%(person)s imported this very file on %(date)s, so it was not read again."),
            code="imported_before",
            params={
                "person": before.owner,
                "date": date_format(timezone.localdate(before.imported_at), "DATE_FORMAT"),
            },
        )


def _make(checked: Checked, by: User) -> list[Project]:
    """Make the projects and bring each into its state. Raises `ImportRefused`."""
    portfolios, objectives = Portfolio.objects.in_bulk(), Objective.objects.in_bulk()
    made: dict[int, Project] = {}
    for new in checked.projects:
        with _problems_at(new.row):
            draft = start_draft(
                by=by,
                portfolio=portfolios[new.portfolio],
                objective=objectives[new.objective],
                title=new.title,
            )
            made[new.row] = _fill_in(draft, new, by)
    for new in checked.projects:
        if new.is_submitted:
            with _problems_at(new.row):
                submit_project(made[new.row], by=by)
    _decide(checked, Outcome.ACCEPT, made, by)
    for new in checked.projects:
        if new.state in BEGUN:
            with _problems_at(new.row):
                _begin(made[new.row], new, by)
    _decide(checked, Outcome.COMPLETE, made, by)
    return list(made.values())


def _fill_in(draft: Project, new: NewProject, by: User) -> Project:
    return edit_project(
        draft,
        by=by,
        fields={
            "reason": new.reason,
            "aim": new.aim,
            "boundaries": new.boundaries,
            "form_of_work": new.form_of_work,
            "starts_on": new.starts_on,
            "ends_on": new.ends_on,
            "leader": new.leader,
            "secretary": new.secretary,
            "lac_goals": new.lac_goals,
            "networks": new.networks,
        },
        lines=ProjectLines(
            results=[ResultLine(result.title, result.due_on) for result in new.results],
            capacity=[
                CapacityLine(line.year, line.expertise, line.days, line.region, line.network)
                for line in new.capacity
            ],
            risks=[
                RiskLine(risk.description, risk.likelihood, risk.impact, risk.measure) for risk in new.risks
            ],
        ),
    )


def _begin(project: Project, new: NewProject, by: User) -> None:
    """Start a project, and tell how it stands and what it delivered."""
    start_project(project, by=by)
    if new.health is not None:
        stands = Assessment(new.health, "" if new.health == Health.GREEN else new.health_note)
        report_status(
            project,
            by=by,
            scope=stands,
            time=stands,
            money=stands,
            done=new.health_note,
            deliveries=[
                Delivery(stored.pk, result.delivered_on, result.delivered_note)
                for stored, result in zip(project.results.order_by("position"), new.results, strict=True)
                if result.delivered_on is not None
            ],
        )
    if new.closing_note:
        ask_completion(project, by=by, closing_note=new.closing_note)


def _decide(checked: Checked, outcome: Outcome, made: dict[int, Project], by: User) -> None:
    """Record the decisions with an outcome, the earliest first."""
    decisions = [decision for decision in checked.decisions if decision.outcome == outcome]
    for decision in sorted(decisions, key=lambda decision: (decision.meeting_on, decision.number)):
        with _problems_at(decision.rows[0]):
            record_decision(
                by=by,
                number=decision.number,
                meeting_on=decision.meeting_on,
                outcome=outcome,
                wording=decision.wording,
                projects=[made[row] for row in decision.rows],
            )


@contextmanager
def _problems_at(row: int) -> Iterator[None]:
    """Give what a verb refuses the place of the row that asked for it."""
    try:
        yield
    except ValidationError as error:
        texts: Sequence[str] = error.messages
        sheet = PROJECTS.name(get_language() or "")
        raise ImportRefused(Findings([Problem(text, sheet, row) for text in texts])) from error
