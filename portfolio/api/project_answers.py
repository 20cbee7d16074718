"""What the API says of a project."""

from typing import Any, ClassVar

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organisation.models import Network, Region, User
from pillars.models import LacGoal
from portfolio.api.fields import PersonSerializer
from portfolio.api.verbs import ProjectVerb, verbs_allowed
from portfolio.choices import FormOfWork, Health, Level, ProjectState
from portfolio.models import Attachment, CapacityRequest, Project, Remark, Result, Risk

MARKDOWN = _("In Markdown.")
PORTFOLIO_SLUG = _("The slug of the portfolio.")
OBJECTIVE_ID = _("The id of the objective.")


class ProjectSummarySerializer(serializers.ModelSerializer[Project]):
    """A project as a list has it."""

    portfolio = serializers.SlugField(source="portfolio.slug", read_only=True, help_text=PORTFOLIO_SLUG)
    holders = serializers.SerializerMethodField(help_text=_("Who holds the portfolio today, by name."))
    objective = serializers.IntegerField(source="objective_id", read_only=True, help_text=OBJECTIVE_ID)
    pillar = serializers.IntegerField(
        source="objective.theme.pillar.number",
        read_only=True,
        help_text=_("The number of the pillar of the objective."),
    )
    theme = serializers.SlugField(
        source="objective.theme.slug", read_only=True, help_text=_("The slug of the theme of the objective.")
    )
    state = serializers.ChoiceField(choices=ProjectState.choices, read_only=True)
    health = serializers.ChoiceField(
        choices=Health.choices,
        allow_blank=True,
        read_only=True,
        help_text=_("The worst of the latest status report; empty before the first."),
    )
    late = serializers.BooleanField(
        source="is_late",
        read_only=True,
        help_text=_("Should have begun or ended by now, or owes a result."),
    )

    class Meta:
        model = Project
        fields: ClassVar = [
            "id",
            "code",
            "title",
            "portfolio",
            "holders",
            "objective",
            "pillar",
            "theme",
            "state",
            "health",
            "late",
            "starts_on",
            "ends_on",
            "leader",
            "secretary",
            "changed_at",
        ]
        read_only_fields = fields

    @extend_schema_field(PersonSerializer(many=True))
    def get_holders(self, project: Project) -> Any:
        holders = project.portfolio.current_holders  # type: ignore[attr-defined]  # of `for_list`
        return PersonSerializer([holder.user for holder in holders], many=True).data


class ResultSerializer(serializers.ModelSerializer[Result]):
    """An intended result, and what was delivered."""

    delivered_in = serializers.IntegerField(
        source="delivered_in_id",
        read_only=True,
        allow_null=True,
        help_text=_("The id of the status report that said so."),
    )

    class Meta:
        model = Result
        fields: ClassVar = ["id", "title", "due_on", "delivered_on", "delivered_note", "delivered_in"]
        read_only_fields = fields


class CapacityRequestSerializer(serializers.ModelSerializer[CapacityRequest]):
    """Days asked of a region or a network in a year."""

    region = serializers.SlugRelatedField[Region](
        slug_field="code", read_only=True, allow_null=True, help_text=_("The code of the region.")
    )
    network = serializers.SlugRelatedField[Network](
        slug_field="slug", read_only=True, allow_null=True, help_text=_("The slug of the network.")
    )

    class Meta:
        model = CapacityRequest
        fields: ClassVar = ["id", "year", "region", "network", "expertise", "days"]
        read_only_fields = fields


class RiskSerializer(serializers.ModelSerializer[Risk]):
    """A risk; likelihood and impact from 1 (low) to 3 (high)."""

    likelihood = serializers.ChoiceField(choices=Level.choices, read_only=True)
    impact = serializers.ChoiceField(choices=Level.choices, read_only=True)

    class Meta:
        model = Risk
        fields: ClassVar = ["id", "description", "likelihood", "impact", "measure"]
        read_only_fields = fields


class ProjectSerializer(ProjectSummarySerializer):
    """A project with all that belongs to it; needs `for_document`."""

    lac_goals = serializers.SlugRelatedField[LacGoal](
        slug_field="number", many=True, read_only=True, help_text=_("The numbers of the LAC goals.")
    )
    form_of_work = serializers.ChoiceField(choices=FormOfWork.choices, allow_blank=True, read_only=True)
    networks = serializers.SlugRelatedField[Network](
        slug_field="slug",
        many=True,
        read_only=True,
        help_text=_("The slugs of the networks that contribute."),
    )
    results = ResultSerializer(many=True, read_only=True)
    capacity_requests = CapacityRequestSerializer(many=True, read_only=True)
    risks = RiskSerializer(many=True, read_only=True)
    predecessors = serializers.SerializerMethodField(
        help_text=_("The ids of the projects that must be finished before this one can start.")
    )
    decisions = serializers.SerializerMethodField(
        help_text=_("The ids of the decisions on it, the latest first.")
    )
    latest_status_report = serializers.SerializerMethodField(
        help_text=_("The id of the latest status report; null before the first.")
    )
    filed_by = PersonSerializer(read_only=True)
    on_behalf_of = PersonSerializer(read_only=True, allow_null=True)
    version = serializers.IntegerField(
        read_only=True, help_text=_("Counts the changes; the same as in the ETag.")
    )
    allowed_verbs = serializers.SerializerMethodField(
        help_text=_(
            "What your account can do to it in its state: “edit” is PATCH of the project, the others are the last part "
            "of an address below it."
        )
    )

    class Meta(ProjectSummarySerializer.Meta):
        fields: ClassVar = [
            *ProjectSummarySerializer.Meta.fields,
            "lac_goals",
            "reason",
            "aim",
            "boundaries",
            "form_of_work",
            "networks",
            "results",
            "capacity_requests",
            "risks",
            "predecessors",
            "closing_note",
            "completion_asked_at",
            "decisions",
            "latest_status_report",
            "filed_by",
            "on_behalf_of",
            "created_at",
            "submitted_at",
            "accepted_at",
            "version",
            "allowed_verbs",
        ]
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            name: {"help_text": MARKDOWN} for name in ("reason", "aim", "boundaries", "closing_note")
        }

    @property
    def _reader(self) -> User:
        user: User = self.context["request"].user
        return user

    def get_predecessors(self, project: Project) -> list[int]:
        keys = [dependency.predecessor_id for dependency in project.dependencies.all()]
        visible = Project.objects.visible_to(self._reader).filter(pk__in=keys)
        return list(visible.order_by("pk").values_list("pk", flat=True))

    def get_decisions(self, project: Project) -> list[int]:
        return list(project.decisions.order_by("-meeting_on", "-pk").values_list("pk", flat=True))

    def get_latest_status_report(self, project: Project) -> int | None:
        return project.status_reports.latest_first().values_list("pk", flat=True).first()

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ProjectVerb.choices)))
    def get_allowed_verbs(self, project: Project) -> list[str]:
        return verbs_allowed(project, self._reader)


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """What a reader says to the holder."""

    author = PersonSerializer(read_only=True)

    class Meta:
        model = Remark
        fields: ClassVar = ["id", "author", "text", "created_at"]
        read_only_fields = fields
        extra_kwargs: ClassVar = {"text": {"help_text": MARKDOWN}}


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file with a project; it is downloaded from the pages, by who is signed in there."""

    uploaded_by = PersonSerializer(read_only=True)
    download = serializers.SerializerMethodField(
        help_text=_("The address of the file on the pages, which ask to sign in.")
    )

    class Meta:
        model = Attachment
        fields: ClassVar = [
            "id",
            "name",
            "content_type",
            "size",
            "sha256",
            "uploaded_by",
            "uploaded_at",
            "download",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_download(self, attachment: Attachment) -> str | None:
        try:
            path = reverse("portfolio:attachment", args=[attachment.pk])
        except NoReverseMatch:
            return None
        address: str = self.context["request"].build_absolute_uri(path)
        return address
