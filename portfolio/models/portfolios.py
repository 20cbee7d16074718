"""Subjects of the Vakraad and who holds them, for which period."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from pillars.models import Theme
from portfolio.models.days import refuse_far_days
from portfolio.models.recorded import Recorded
from portfolio.querysets import PortfolioHolderQuerySet, PortfolioQuerySet


class Portfolio(Recorded):
    """A subject (portefeuille) that one or more members of the Vakraad hold, such as "MOTO"."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)
    themes = models.ManyToManyField(
        Theme,
        verbose_name=_("themes"),
        blank=True,
        related_name="portfolios",
        db_table="portfolio_portfolio_theme",
    )

    objects = PortfolioQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[themes])

    class Meta:
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class PortfolioHolder(Recorded):
    """That a person holds a portfolio from a day on, up to and including a last day or without end."""

    portfolio = models.ForeignKey(
        Portfolio, verbose_name=_("portfolio"), on_delete=models.PROTECT, related_name="holders"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("portfolio holder"),
        on_delete=models.PROTECT,
        related_name="portfolios_held",
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("up to and including"), null=True, blank=True)

    objects = PortfolioHolderQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("portfolio holder")
        verbose_name_plural = _("portfolio holders")
        ordering: ClassVar = ["portfolio", "-starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="holder_period_ends_after_it_starts",
                violation_error_message=_("The last day can't lie before the first."),
            ),
            models.UniqueConstraint(
                fields=["portfolio", "user", "starts_on"], name="holder_starts_once_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.portfolio})"

    def clean(self) -> None:
        super().clean()
        refuse_far_days(self, "starts_on", "ends_on")
        if not (self.portfolio_id and self.user_id and self.starts_on):
            return
        others = PortfolioHolder.objects.filter(portfolio=self.portfolio_id, user=self.user_id)
        if others.exclude(pk=self.pk).overlapping(self.starts_on, self.ends_on).exists():
            raise ValidationError(
                _("This person already holds the portfolio in a part of this period."), code="overlap"
            )
