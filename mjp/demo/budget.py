"""The demonstration's budget: keys, contributions, costs and bookings of four years, told by the services that people use.

`fixtures/demo/budget.toml` says what happened on which day. It is told after the projects, of which it knows the titles.
"""

import datetime
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from budget.choices import ContributionState, KeyStatus
from budget.models import AnnualBudget, BudgetLine, DistributionKey
from budget.services import (
    NewExpenditure,
    adopt_contributions,
    adopt_key,
    book_expenditure,
    carry_over,
    draft_contributions,
    invoice_contributions,
    keep_key,
    mark_paid,
    plan_central_support,
    set_budget,
    set_forecast,
    set_project_costs,
    withdraw_expenditure,
)
from budget.services.costs import CostLine
from mjp.demo.clock import StoryClock
from mjp.demo.projects import SUPPORT, Event, read_people
from organisation.models import User
from organisation.outbox import silenced
from portfolio.choices import ACCEPTED_AND_LATER, Outcome
from portfolio.models import Decision, Project
from portfolio.services import next_number, record_decision

FILE = "budget.toml"
BOOKKEEPER = "bas.eikelkamp"
# Nothing of the story is booked later.
LAST_DAY = datetime.date(2026, 11, 20)
PROGRAMME_BEGINS = datetime.date(2024, 7, 1)
# What a booking is for, by category of costs.
DESCRIPTIONS = {
    "hired": "Inhuur",
    "regions": "Vergoeding aan regio’s",
    "materials": "Materialen",
    "events": "Kosten van bijeenkomsten",
    "other": "Overige kosten",
}
ONE_DAY = datetime.timedelta(days=1)
FRIDAY = 4


def load_budget(folder: Path) -> int:
    """Load the story of the budget, and give for how many years a budget was made.

    Makes nothing where a year has a budget, or where none of the demonstration's projects are: what someone did is left
    alone. An installation that has the projects from before gets the budget all the same. No mail is sent.
    """
    if AnnualBudget.objects.exists():
        return 0
    projects = find_projects(folder)
    if not projects:
        return 0
    with transaction.atomic(), silenced():
        return BudgetStory(folder / FILE, projects).tell()


def find_projects(folder: Path) -> dict[str, Project]:
    """Give the demonstration's projects that are there under the title that they were filed with, by key."""
    filed = Project.objects.filter(filed_by__is_fictional=True).select_related("filed_by")
    by_title = {project.title: project for project in filed}
    entries = [
        entry
        for path in sorted(folder.glob("projects-*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["projects"]
    ]
    return {entry["key"]: by_title[entry["title"]] for entry in entries if entry["title"] in by_title}


class BudgetStory:
    """Carries out what the file tells, day by day."""

    def __init__(self, path: Path, projects: dict[str, Project]) -> None:
        self.entries: dict[str, list[dict[str, Any]]] = tomllib.loads(
            path.read_text(encoding="utf-8"), parse_float=Decimal
        )
        self.projects = projects
        self.clock = StoryClock()
        self.decisions: dict[str, Decision] = {}
        self.people = read_people()
        self._references: Counter[int] = Counter()

    @property
    def support(self) -> User:
        """Who keeps the budget."""
        return self.people[SUPPORT]

    def tell(self) -> int:
        """Carry out everything; give for how many years there is a budget."""
        with self.clock.running():
            events = (Event(on, place, do, entry) for place, (on, do, entry) in enumerate(self._told()))
            for event in sorted(events):
                self.clock.set_day(event.on)
                getattr(self, f"_{event.do}")(event.entry)
        return len(self.entries["budget_years"])

    def _told(self) -> Iterator[tuple[datetime.date, str, dict[str, Any]]]:
        """Give all that happens; of one day what others rest on comes first."""
        for entry in self.entries["budget_years"]:
            yield entry["set_on"], "set_budget", entry
        for entry in self.entries["costs"]:
            if entry["project"] in self.projects:
                created_at = self.projects[entry["project"]].created_at
                yield timezone.localdate(created_at), "plan", entry
        for entry in self.entries["budget_keys"]:
            yield entry["kept_on"], "keep_key", entry
            yield entry["adopted_on"], "adopt_key", entry
        for entry in self.entries["budget_decisions"]:
            yield entry["meeting_on"] + ONE_DAY, "decide", entry
        yield from self._told_of_contributions()
        yield from self._told_of_spending()
        for entry in self.entries["carry_overs"]:
            yield entry["on"], "carry_over", entry
        for entry in self.entries["forecasts"]:
            if entry["project"] in self.projects:
                yield entry["on"], "foresee", entry

    def _told_of_contributions(self) -> Iterator[tuple[datetime.date, str, dict[str, Any]]]:
        for entry in self.entries["contributions"]:
            yield entry["drafted_on"], "draft", entry
            if "adopted_on" in entry:
                yield entry["adopted_on"], "adopt", entry
                yield entry["invoiced_on"], "invoice", entry
            for payment in entry.get("payments", []):
                yield payment["on"], "receive", {**payment, "year": entry["year"]}

    def _told_of_spending(self) -> Iterator[tuple[datetime.date, str, dict[str, Any]]]:
        for entry in self.entries["budget_years"]:
            first, last = period_in(entry["year"], PROGRAMME_BEGINS, LAST_DAY)
            for line in entry["support"]:
                yield from self._told_of_line({**line, "year": entry["year"]}, None, first, last)
        for entry in self.entries["costs"]:
            project = self.projects.get(entry["project"])
            if project is None or project.state not in ACCEPTED_AND_LATER:
                continue
            for line in entry["lines"]:
                first, last = period_in(line["year"], project.starts_on, project.ends_on)
                yield from self._told_of_line(line, entry["project"], first, last)
        for entry in self.entries["bookings"]:
            project = self.projects.get(entry["project"])
            if project is not None and project.state in ACCEPTED_AND_LATER:
                yield entry["on"], "book", entry

    def _told_of_line(
        self, line: dict[str, Any], project: str | None, first: datetime.date, last: datetime.date
    ) -> Iterator[tuple[datetime.date, str, dict[str, Any]]]:
        """Give the bookings on a line, spread over the days."""
        spent = line.get("spent", [])
        for term, (on, amount) in enumerate(
            zip(spread(first, last, len(spent)), spent, strict=True), start=1
        ):
            description = DESCRIPTIONS[line["category"]]
            if len(spent) > 1:
                description += f", termijn {term}"
            yield (
                on,
                "book",
                {
                    "on": on,
                    "year": line["year"],
                    "project": project,
                    "category": line["category"],
                    "amount": amount,
                    "description": description,
                },
            )

    # Keys, amounts and contributions.

    def _keep_key(self, entry: dict[str, Any]) -> None:
        replaced = DistributionKey.objects.filter(name=entry.get("replaces", "")).order_by("-version").first()
        keep_key(
            by=self.support,
            name=entry["name"],
            source=entry["source"],
            legal_ground="Besluit veiligheidsregio’s, art. 8.1",
            first_year=entry["first_year"],
            last_year=entry["last_year"],
            weights={code: Decimal(weight) for code, weight in entry["weights"].items()},
            replaces=replaced,
            is_fictional=True,
        )

    def _adopt_key(self, entry: dict[str, Any]) -> None:
        adopt_key(DistributionKey.objects.filter(name=entry["name"]).latest("version"), by=self.support)

    def _set_budget(self, entry: dict[str, Any]) -> None:
        year = entry["year"]
        set_budget(year, Decimal(entry["amount"]), by=self.support, note=entry["note"], is_fictional=True)
        plan_central_support(year, cost_lines(entry["support"], year), by=self.support)

    def _decide(self, entry: dict[str, Any]) -> None:
        number = entry["number"]
        if Decision.objects.filter(number=number).exists():
            # Someone recorded a decision of this number in the demonstration.
            number = next_number(entry["meeting_on"].year)
        self.decisions[entry["number"]] = record_decision(
            by=self.support,
            number=number,
            meeting_on=entry["meeting_on"],
            outcome=Outcome.BUDGET,
            wording=entry["wording"],
            projects=[],
            covers_overrun=entry.get("covers_overrun", False),
        )

    def _draft(self, entry: dict[str, Any]) -> None:
        status = KeyStatus.INDICATIVE if entry.get("indicative") else KeyStatus.OFFICIAL
        key = DistributionKey.objects.for_year(entry["year"]).filter(status=status).first()
        # The indicative key may have been removed in the demonstration.
        if key is not None:
            draft_contributions(entry["year"], key, by=self.support)

    def _adopt(self, entry: dict[str, Any]) -> None:
        adopt_contributions(entry["year"], by=self.support, decision=self.decisions[entry["decision"]])

    def _invoice(self, entry: dict[str, Any]) -> None:
        invoice_contributions(entry["year"], by=self.people[BOOKKEEPER], invoiced_on=entry["invoiced_on"])

    def _receive(self, entry: dict[str, Any]) -> None:
        in_force = AnnualBudget.objects.get(year=entry["year"]).contribution_sets.in_force().get()
        waiting = in_force.contributions.filter(state=ContributionState.INVOICED)
        if "regions" in entry:
            waiting = waiting.filter(region__code__in=entry["regions"])
        else:
            named = [code for other in self._payments_of(entry["year"]) for code in other]
            waiting = waiting.exclude(region__code__in=named)
        reference = f"BANK {entry['on']:%Y-%m-%d}"
        paid_on = min(entry["on"], timezone.localdate())
        mark_paid(waiting, by=self.people[BOOKKEEPER], paid_on=paid_on, payment_reference=reference)

    def _payments_of(self, year: int) -> list[Sequence[str]]:
        """The regions of the payments that name them, of contributions in which another payment is of all others."""
        return [
            payment["regions"]
            for entry in self.entries["contributions"]
            if entry["year"] == year and any("regions" not in one for one in entry.get("payments", []))
            for payment in entry["payments"]
            if "regions" in payment
        ]

    def _carry_over(self, entry: dict[str, Any]) -> None:
        carry_over(
            from_year=entry["from_year"],
            to_year=entry["to_year"],
            amount=Decimal(entry["amount"]),
            decision=self.decisions[entry["decision"]],
            reason=entry["reason"],
            by=self.support,
        )

    # Costs and spending.

    def _plan(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]]
        if BudgetLine.objects.filter(project=project).exists():
            # Someone planned them before the budget's story was loaded.
            return
        set_project_costs(project, cost_lines(entry["lines"]), by=project.filed_by)

    def _foresee(self, entry: dict[str, Any]) -> None:
        set_forecast(
            entry["year"],
            self.projects[entry["project"]],
            amount=Decimal(entry["amount"]),
            reason=entry["reason"],
            by=self.support,
        )

    def _book(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]] if entry["project"] else None
        line = BudgetLine.objects.get(project=project, year=entry["year"], category=entry["category"])
        self._references[entry["year"]] += 1
        new = NewExpenditure(
            line=line,
            # The real clock may be behind the story, and nothing is booked on a day to come.
            booked_on=min(entry["on"], timezone.localdate()),
            amount=Decimal(entry["amount"]),
            reference=f"{entry['year']}-{self._references[entry['year']]:05}",
            description=entry["description"],
        )
        booked = book_expenditure(new, by=self.people[BOOKKEEPER])
        if "withdrawn_on" in entry:
            self.clock.set_day(entry["withdrawn_on"])
            withdraw_expenditure(booked, by=self.people[BOOKKEEPER], reason=entry["withdrawn_reason"])


def cost_lines(entries: Sequence[dict[str, Any]], year: int | None = None) -> list[CostLine]:
    """Read planned costs, of which each names its year unless all are of one."""
    return [
        CostLine(year or line["year"], line["category"], Decimal(line["amount"]), line.get("note", ""))
        for line in entries
    ]


def period_in(
    year: int, first: datetime.date | None, last: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    """Give the part of a period that lies in a year and isn't after the story."""
    begin = max(first or PROGRAMME_BEGINS, datetime.date(year, 1, 1))
    end = min(last or LAST_DAY, LAST_DAY, datetime.date(year, 12, 31))
    return begin, max(begin, end)


def spread(first: datetime.date, last: datetime.date, count: int) -> list[datetime.date]:
    """Give so many working days in a period: one in the middle of each of so many equal parts."""
    days = [first + (last - first) * (2 * place + 1) / (2 * count) for place in range(count)]
    return [day - max(day.weekday() - FRIDAY, 0) * ONE_DAY for day in days]
