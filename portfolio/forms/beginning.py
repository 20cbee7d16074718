"""The form by which an assignment begins."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from organisation.choices import Role
from organisation.forms import OnceForm
from organisation.models import User
from pillars.models import Objective, Theme
from portfolio.forms.choices import objectives_by_theme, objectives_to_choose, portfolios_for
from portfolio.models import Portfolio, PortfolioHolder


class NewProjectForm(OnceForm):
    """For what, in which portfolio, under which title; support also on whose behalf."""

    objective = forms.ModelChoiceField(label=_("Objective"), queryset=Objective.objects.none())
    portfolio = forms.ModelChoiceField(
        label=_("Portfolio"), queryset=Portfolio.objects.none(), empty_label=_("Choose a portfolio")
    )
    on_behalf_of = forms.ModelChoiceField(
        label=_("On behalf of"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the programme support itself"),
        help_text=_("A holder of the portfolio, who gets word of the assignment."),
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Short and telling: this is how the project is listed.")
    )
    year = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=2000, max_value=2100)

    def __init__(
        self, *args: Any, user: User, programme_id: int | None, theme: Theme | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        objectives = objectives_to_choose(programme_id)
        self._field("objective").queryset = objectives
        self._field("objective").widget.choices = [
            ("", _("Choose an objective")),
            *objectives_by_theme(objectives),
        ]
        # Those that hold the objective's theme come first.
        found = portfolios_for(user)
        holding = (
            found.filter(themes=theme.pk).values("pk") if theme else Portfolio.objects.none().values("pk")
        )
        portfolios = found.annotate(is_other=Case(When(pk__in=holding, then=0), default=1)).order_by(
            "is_other", "name"
        )
        self._field("portfolio").queryset = portfolios
        own = [portfolio.pk for portfolio in portfolios if theme and not portfolio.is_other]
        if len(portfolios) == 1 or own:
            self.initial.setdefault("portfolio", portfolios[0].pk)
        if Role.SUPPORT in user.roles:
            self._offer_holders()
        else:
            del self.fields["on_behalf_of"]

    def _offer_holders(self) -> None:
        """Name each holder with the portfolios that they hold today."""
        names: dict[User, list[str]] = {}
        for holder in (
            PortfolioHolder.objects.on_today()
            .filter(user__is_active=True)
            .select_related("user", "portfolio")
            .order_by("user__name", "portfolio__name")
        ):
            names.setdefault(holder.user, []).append(holder.portfolio.name)
        field = self._field("on_behalf_of")
        field.queryset = User.objects.filter(pk__in=[user.pk for user in names])
        field.widget.choices = [
            ("", field.empty_label),
            *((user.pk, f"{user} ({', '.join(held)})") for user, held in names.items()),
        ]

    def show(self, error: ValidationError) -> None:
        """Put what the service refused at the fields that it names; the rest above the form."""
        for name, problems in getattr(error, "error_dict", {None: error}).items():
            self.add_error(name if name in self.fields else None, problems)

    def _field(self, name: str) -> Any:
        return self.fields[name]
