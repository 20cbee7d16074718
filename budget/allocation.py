"""What a year's budget is allocated to, what of it is spent and foreseen: one content object for page, Excel and API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import add

from django.db.models import Q
from django.utils.translation import gettext as _

from budget.choices import CostCategory
from budget.models import AnnualBudget, BudgetLine, CarryOver, Expenditure, Forecast
from budget.money import format_money
from budget.querysets import ASKED, COMMITTED
from organisation.models import User
from portfolio.choices import ProjectState
from portfolio.models import Project

NOTHING = Decimal(0)
# A forecast by hand counts for these.
OPEN = (ProjectState.ACCEPTED, ProjectState.RUNNING)


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts in euro: asked by assignments still to be decided on, committed, spent, and foreseen."""

    asked: Decimal = NOTHING
    committed: Decimal = NOTHING
    spent: Decimal = NOTHING
    forecast: Decimal = NOTHING

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.asked + other.asked,
            self.committed + other.committed,
            self.spent + other.spent,
            self.forecast + other.forecast,
        )

    @property
    def left(self) -> Decimal:
        """What is committed and not spent; negative when more was spent."""
        return self.committed - self.spent


@dataclass(frozen=True, slots=True)
class CostItem:
    """A budget line with what was spent on it, in euro."""

    line_id: int
    year: int
    category: CostCategory
    amount: Decimal
    note: str
    spent: Decimal

    @property
    def left(self) -> Decimal:
        """What is planned and not spent; negative when more was spent."""
        return self.amount - self.spent


@dataclass(frozen=True, slots=True)
class CostCentre:
    """What a project costs in a year; central support has no project. `forecast_reason` says why it was set by hand."""

    project_id: int | None
    code: str
    title: str
    state: ProjectState | None
    pillar_number: int | None
    pillar_name: str
    theme_slug: str
    theme_name: str
    figures: Figures
    items: tuple[CostItem, ...] = ()
    forecast_reason: str = ""

    @property
    def is_central_support(self) -> bool:
        """Whether it is what the two supporters cost."""
        return self.project_id is None

    @property
    def name(self) -> str:
        """Number and title of the project, or "central support"."""
        return f"{self.code} {self.title}".strip() if self.project_id else _("Central support")

    @property
    def is_asked(self) -> bool:
        """Whether the Vakraad has still to decide on it."""
        return self.state in ASKED


@dataclass(frozen=True, slots=True)
class PillarFigures:
    """What a pillar, or a theme of it, is allocated in a year."""

    number: int
    name: str
    figures: Figures
    themes: tuple[ThemeFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """What a theme is allocated in a year, and by which projects."""

    slug: str
    name: str
    figures: Figures
    centres: tuple[CostCentre, ...] = ()


@dataclass(frozen=True, slots=True)
class YearAllocation:
    """The budget of a year and what became of it, in euro.

    `amount` is None while none was set for the year. Central support, accepted projects and what is unallocated add up to
    what is available (DESIGN.md, section 5).
    """

    year: int
    amount: Decimal | None
    carried_in: Decimal
    carried_out: Decimal
    centres: tuple[CostCentre, ...] = ()
    version: int | None = None
    note: str = ""

    @property
    def carried(self) -> Decimal:
        """What came from earlier years less what went to later ones; negative when more went than came."""
        return self.carried_in - self.carried_out

    @property
    def available(self) -> Decimal:
        """The amount with what came from earlier years, without what went to later ones."""
        return (self.amount or NOTHING) + self.carried

    @property
    def total(self) -> Figures:
        """All of it together."""
        return _together(self.centres)

    @property
    def central_support(self) -> Figures:
        """What central support costs."""
        return _together(centre for centre in self.centres if centre.is_central_support)

    @property
    def central_centre(self) -> CostCentre | None:
        """Central support with its lines; None while nothing is planned for it."""
        return next((centre for centre in self.centres if centre.is_central_support), None)

    @property
    def projects(self) -> Figures:
        """What projects cost and ask."""
        return _together(centre for centre in self.centres if not centre.is_central_support)

    @property
    def unallocated(self) -> Decimal:
        """What is available and not committed; negative when more is committed than there is."""
        return self.available - self.total.committed

    @property
    def unspent(self) -> Decimal:
        """What is available and not spent."""
        return self.available - self.total.spent

    @property
    def is_over_allocated(self) -> bool:
        """Whether more is committed than there is, in a year whose amount is known."""
        return self.amount is not None and self.unallocated < 0

    @property
    def pillars(self) -> tuple[PillarFigures, ...]:
        """Projects by pillar and theme."""
        by_pillar: dict[tuple[int, str], dict[tuple[str, str], list[CostCentre]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for centre in self.centres:
            if centre.pillar_number is not None:
                pillar = (centre.pillar_number, centre.pillar_name)
                by_pillar[pillar][centre.theme_slug, centre.theme_name].append(centre)
        return tuple(
            PillarFigures(
                number,
                name,
                _together(centre for centres in themes.values() for centre in centres),
                tuple(
                    ThemeFigures(slug, theme, _together(centres), tuple(centres))
                    for (slug, theme), centres in themes.items()
                ),
            )
            for (number, name), themes in sorted(by_pillar.items())
        )

    @property
    def warnings(self) -> list[str]:
        """What needs attention, in words."""
        found = []
        if self.amount is None and self.total.committed:
            found.append(
                _("No amount is set for %(year)s, while %(committed)s is committed.")
                % {"year": self.year, "committed": format_money(self.total.committed)}
            )
        if self.is_over_allocated:
            found.append(
                _("%(amount)s more is committed for %(year)s than there is.")
                % {"amount": format_money(-self.unallocated), "year": self.year}
            )
        elif self.amount is not None and self.total.asked > self.unallocated:
            found.append(
                _(
                    "Assignments that the Vakraad has still to decide on ask %(asked)s of %(year)s; %(left)s is unallocated."
                )
                % {
                    "asked": format_money(self.total.asked),
                    "year": self.year,
                    "left": format_money(self.unallocated),
                }
            )
        if self.amount is not None and self.total.forecast > self.available:
            found.append(
                _("The forecast of %(year)s is %(amount)s above what is available.")
                % {"year": self.year, "amount": format_money(self.total.forecast - self.available)}
            )
        found += [
            _("“%(name)s” spent %(amount)s more in %(year)s than is planned.")
            % {"name": centre.name, "amount": format_money(-centre.figures.left), "year": self.year}
            for centre in self.centres
            if centre.figures.left < 0
        ]
        return found


def read_years(
    years: Iterable[int], user: User | None = None, *, only_committed: bool = False
) -> dict[int, YearAllocation]:
    """Read the allocation of years, of what the person sees; without a person, of everything. Five queries.

    `only_committed` leaves out what assignments ask that are still to be decided on.
    """
    wanted = sorted(set(years))
    budgets = {budget.year: budget for budget in AnnualBudget.objects.filter(year__in=wanted)}
    lines = BudgetLine.objects.filter(year__in=wanted)
    if user is not None:
        lines = lines.visible_to(user)
    if only_committed:
        lines = lines.committed()
    lines = lines.select_related("project__objective__theme__pillar").order_by(
        "project__code", "project", "category"
    )
    forecasts = {
        (forecast.project_id, forecast.year): forecast
        for forecast in Forecast.objects.filter(year__in=wanted)
    }
    spent = spent_by_line(wanted)
    carried_in, carried_out = _carried(wanted)
    found: dict[int, dict[int | None, _Collected]] = {year: {} for year in wanted}
    for line in lines:
        collected = found[line.year].setdefault(line.project_id, _Collected(line.project))
        collected.items.append(_item(line, spent.get(line.pk, NOTHING)))
    return {
        year: YearAllocation(
            year=year,
            amount=budgets[year].amount if year in budgets else None,
            carried_in=carried_in.get(year, NOTHING),
            carried_out=carried_out.get(year, NOTHING),
            centres=_centres(year, found[year], forecasts),
            version=budgets[year].version if year in budgets else None,
            note=budgets[year].note if year in budgets else "",
        )
        for year in wanted
    }


def read_year(year: int, user: User | None = None) -> YearAllocation | None:
    """Read the allocation of one year; None when its amount was not set."""
    found = read_years([year], user)[year]
    return None if found.amount is None else found


def forecast_of(state: ProjectState | None, lines: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Give what is spent and still planned, of lines with their planned and spent amounts.

    A line that spent more than planned counts for what it spent; of a project that ended nothing is still planned.
    """
    if state == ProjectState.WITHDRAWN:
        return NOTHING
    ended = state in (ProjectState.COMPLETED, ProjectState.CANCELLED)
    return sum((spent if ended else max(planned, spent) for planned, spent in lines), NOTHING)


def foreseen_cost(
    state: ProjectState | None, items: Iterable[CostItem], override: Forecast | None
) -> tuple[Decimal, str]:
    """Give what a project (central support: no state) will have cost in a year, and why when that was set by hand.

    What was set by hand counts while money can still be spent, and is never less than what is spent already.
    """
    lines = [(item.amount, item.spent) for item in items]
    if override is not None and (state is None or state in OPEN):
        return max(override.amount, sum((spent for _planned, spent in lines), NOTHING)), override.reason
    return (NOTHING if state in ASKED else forecast_of(state, lines)), ""


@dataclass(slots=True)
class _Collected:
    project: Project | None
    items: list[CostItem] = field(default_factory=list)


def spent_by_line(years: Collection[int]) -> dict[int, Decimal]:
    """Give what was spent on each line. Added up here: SQLite would add up as floats."""
    spent: dict[int, Decimal] = defaultdict(Decimal)
    booked = Expenditure.objects.counted().filter(line__year__in=years).order_by()
    for line, amount in booked.values_list("line", "amount"):
        spent[line] += amount
    return spent


def _carried(years: list[int]) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Give what came from earlier years, and what went to later ones, by year."""
    carried_in: dict[int, Decimal] = defaultdict(Decimal)
    carried_out: dict[int, Decimal] = defaultdict(Decimal)
    moved = CarryOver.objects.filter(Q(from_budget__year__in=years) | Q(to_budget__year__in=years)).order_by()
    for origin, target, amount in moved.values_list("from_budget__year", "to_budget__year", "amount"):
        carried_out[origin] += amount
        carried_in[target] += amount
    return carried_in, carried_out


def _centres(
    year: int,
    collected: Mapping[int | None, _Collected],
    forecasts: Mapping[tuple[int | None, int], Forecast],
) -> tuple[CostCentre, ...]:
    """Give central support first, then projects by number; what counts for nothing is left out."""
    found = [_centre(one.project, one.items, forecasts.get((key, year))) for key, one in collected.items()]
    shown = [centre for centre in found if centre.figures != Figures()]
    shown.sort(key=lambda centre: (not centre.is_central_support, not centre.code, centre.code, centre.title))
    return tuple(shown)


def _centre(project: Project | None, items: list[CostItem], override: Forecast | None) -> CostCentre:
    state = ProjectState(project.state) if project else None
    planned = sum((item.amount for item in items), NOTHING)
    spent = sum((item.spent for item in items), NOTHING)
    is_asked = state in ASKED
    # What was stopped, or is to be decided on again, binds no money but what was spent.
    committed = planned if project is None or state in COMMITTED else spent
    foreseen, reason = foreseen_cost(state, items, override)
    theme = project.objective.theme if project else None
    return CostCentre(
        project_id=project.pk if project else None,
        code=project.code if project else "",
        title=project.title if project else "",
        state=state,
        pillar_number=theme.pillar.number if theme else None,
        pillar_name=theme.pillar.name if theme else "",
        theme_slug=theme.slug if theme else "",
        theme_name=theme.name if theme else "",
        figures=Figures(planned if is_asked else NOTHING, committed, spent, foreseen),
        items=tuple(items),
        forecast_reason=reason,
    )


def _item(line: BudgetLine, spent: Decimal) -> CostItem:
    return CostItem(line.pk, line.year, CostCategory(line.category), line.amount, line.note, spent)


def _together(centres: Iterable[CostCentre]) -> Figures:
    return reduce(add, (centre.figures for centre in centres), Figures())
