"""Regions, networks, people and the roles that they hold."""

from functools import cached_property
from typing import Any, ClassVar

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.choices import Language, NetworkKind, Role, Tier
from organisation.querysets import NetworkQuerySet, RegionQuerySet

REGION_CODE = r"^VR[0-9]{2}\Z"


class Region(models.Model):
    """A safety region (veiligheidsregio), by the code that Statistics Netherlands (CBS) gives it."""

    code = models.CharField(
        _("code"),
        max_length=4,
        unique=True,
        validators=[RegexValidator(REGION_CODE, _("A code is VR and two digits."))],
    )
    name = models.CharField(_("name"), max_length=80, unique=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("safety region")
        verbose_name_plural = _("safety regions")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=REGION_CODE), name="region_code_is_vr_and_two_digits"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RegionTile(models.Model):
    """Where a region stands on the tile map of the country, counted from 0 at the top left, and what its tile says."""

    region = models.OneToOneField(Region, on_delete=models.CASCADE, related_name="tile")
    abbreviation = models.CharField(_("abbreviation"), max_length=4)
    column = models.PositiveSmallIntegerField(_("column"))
    row = models.PositiveSmallIntegerField(_("row"))

    class Meta:
        verbose_name = _("place on the tile map")
        verbose_name_plural = _("places on the tile map")
        ordering: ClassVar = ["row", "column"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["column", "row"], name="tile_holds_one_region")
        ]

    def __str__(self) -> str:
        return self.abbreviation


class Network(models.Model):
    """A body that the programme names: a network, platform, council, board, institute or group."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=160, unique=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=NetworkKind)
    tier = models.CharField(
        _("place in the scheme of actors"),
        max_length=20,
        choices=Tier,
        blank=True,
        help_text=_("Empty for a body that the programme names outside the scheme."),
    )
    shared_role = models.BooleanField(
        _("shares its role"),
        default=False,
        help_text=_("The scheme says “(gedeeld)”: the role is held together."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("reports to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reporting",
    )
    description = models.TextField(_("description"), blank=True)
    chapter = models.CharField(
        _("chapter"), max_length=80, blank=True, help_text=_("Where the programme says so.")
    )

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=NetworkKind.values), name="network_kind_is_known"),
            models.CheckConstraint(condition=Q(tier__in=["", *Tier.values]), name="network_tier_is_known"),
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=models.F("id")),
                name="network_does_not_report_to_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        above, seen = self.reports_to, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError(
                    {"reports_to": _("A network can't report to itself, not by way of others either.")}
                )
            seen.add(above.pk)
            above = above.reports_to


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password the account can't sign in until one is set."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who holds the administrator's role (`manage.py createsuperuser`)."""
        user = self.create_user(email, password, **fields)
        RoleAssignment.objects.create(user=user, role=Role.ADMIN)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in by e-mail address. What they may do follows from their roles alone."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    region = models.ForeignKey(
        Region,
        verbose_name=_("safety region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="users",
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.DUTCH)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Someone who left is made inactive, not deleted.")
    )
    is_fictional = models.BooleanField(
        _("fictional"),
        default=False,
        help_text=_("A person of the demonstration: every page that they see says so."),
    )
    date_joined = models.DateTimeField(_("added on"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering: ClassVar = ["name", "email"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="user_language_is_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held; read once per request."""
        return frozenset(Role(assignment.role) for assignment in self.role_assignments.all())

    @property
    def is_last_administrator(self) -> bool:
        """Whether nobody else can tend to users and roles."""
        holders = RoleAssignment.objects.filter(role=Role.ADMIN, user__is_active=True)
        return {holder.user_id for holder in holders} == {self.pk}

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin lets this person in: administrators, and support for the programme's content."""
        return self.is_active and not self.roles.isdisjoint({Role.ADMIN, Role.SUPPORT})

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the rules."""
        return False

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Whether the rules of the permission's app allow it, on `obj` where they ask for one."""
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_perms(self, perm_list: list[str], obj: object | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the Django admin shows an app at all."""
        return self.is_staff and rules.has_perm(f"{app_label}.administer", self)


class RoleAssignment(models.Model):
    """That a person holds a role."""

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="role_assignments"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar = ["user", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="user_holds_a_role_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
