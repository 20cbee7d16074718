"""Recording what the Vakraad decided, which takes effect at once."""

import datetime
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.models import User
from portfolio import notices
from portfolio.choices import Outcome
from portfolio.models import Decision, DecisionSubject, Project
from portfolio.services.doors import require, take_turns
from portfolio.services.life_cycle import apply_decision

CHANGES = {
    Outcome.ACCEPT: (Project.accept, gettext_lazy("accept")),
    Outcome.RETURN: (Project.send_back, gettext_lazy("return")),
    Outcome.CANCEL: (Project.cancel, gettext_lazy("cancel")),
    Outcome.COMPLETE: (Project.complete, gettext_lazy("complete")),
}


@transaction.atomic
def record_decision(
    *,
    by: User,
    number: str,
    meeting_on: datetime.date,
    outcome: Outcome,
    wording: str,
    projects: Sequence[Project],
    corrects: Decision | None = None,
    request_key: uuid.UUID | None = None,
) -> Decision:
    """Record a decision on one or more projects and carry it out on each, or on none.

    One that corrects an earlier decision replaces what that says; a project on which both decide the same stays as it
    is, the others change state. The same `request_key` of the same person gives the decision that it made before.
    Raises `PermissionDenied`, `NotAllowedInThisState`, and `ValidationError` by field.
    """
    require(by, "portfolio.record_decision")
    take_turns(by)
    if request_key is not None:
        made = Decision.objects.filter(request_key=request_key, recorded_by=by).first()
        if made is not None:
            return made
    if not projects:
        raise ValidationError({"projects": _("Choose at least one project.")})
    decision = Decision(
        number=number,
        meeting_on=meeting_on,
        outcome=outcome,
        wording=wording,
        corrects=corrects,
        recorded_by=by,
        request_key=request_key,
    )
    decision.full_clean()
    decision.save()
    stored = list(
        Project.objects.select_for_update(of=("self",))
        .select_related("portfolio")
        .filter(pk__in=[project.pk for project in projects])
        .order_by("pk")
    )
    DecisionSubject.objects.bulk_create(
        DecisionSubject(decision=decision, project=project) for project in stored
    )
    settled = (
        set(corrects.subjects.values_list("project", flat=True))
        if corrects is not None and corrects.outcome == outcome
        else set()
    )
    change, verb = CHANGES[Outcome(outcome)]
    for project in stored:
        if project.pk not in settled:
            apply_decision(project, change, verb, decision, by)
            notices.decided(project, decision, by)
    return decision
