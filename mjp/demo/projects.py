"""The demonstration's projects: a story of five years, told by the services that people use.

The files under `fixtures/demo` say what happened on which day. Everything is carried out in that order, by the person who
did it, so that every rule holds and the history reads as if it had grown.
"""

import datetime
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mjp.demo.clock import StoryClock
from mjp.demo.documents import pdf
from organisation.models import Network, Region, User
from organisation.outbox import silenced
from pillars.models import LacGoal, Objective, ObjectiveDependency, Theme
from portfolio.choices import Health, Outcome
from portfolio.models import Decision, Portfolio, PortfolioHolder, Project
from portfolio.services import (
    Assessment,
    CapacityLine,
    Delivery,
    ProjectLines,
    ResultLine,
    RiskLine,
    add_attachment,
    add_remark,
    ask_completion,
    edit_project,
    record_decision,
    report_status,
    start_draft,
    start_project,
    submit_project,
    withdraw_project,
)

ONE_DAY = datetime.timedelta(days=1)
SUPPORT = "ondersteuning"
# What a project's entry hands on to `edit_project` as it is.
PLAIN_FIELDS = ("reason", "aim", "boundaries", "form_of_work", "starts_on", "ends_on", "leader", "secretary")


@dataclass(order=True)
class Event:
    """Something that happens on a day; those of one day in the order in which the files tell them."""

    on: datetime.date
    place: int
    do: str = field(compare=False)
    entry: dict[str, Any] = field(compare=False)


def load_projects(folder: Path) -> int:
    """Load portfolios, projects and decisions, and give how many projects were made.

    Makes none in an installation that has portfolios or projects: what someone did in the demonstration is left alone. Needs the
    programme and the demonstration's people. No mail is sent for what happened in the story.
    """
    if Portfolio.objects.exists() or Project.objects.exists():
        return 0
    story = Story(folder)
    with transaction.atomic(), silenced():
        return story.tell()


class Story:
    """Carries out what the files tell, day by day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = StoryClock()
        self.portfolios: dict[str, Portfolio] = {}
        self.holders: dict[str, dict[str, PortfolioHolder]] = {}
        self.projects: dict[str, Project] = {}
        self.decisions: dict[str, Decision] = {}
        self._begun_early: list[tuple[PortfolioHolder, datetime.date]] = []
        self.people = read_people()

    @cached_property
    def entries(self) -> dict[str, list[dict[str, Any]]]:
        """What the files hold, by kind; projects may stand in several."""
        found: dict[str, list[dict[str, Any]]] = {}
        for path in sorted(self.folder.glob("*.toml")):
            for kind, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
                found.setdefault(kind, []).extend(entries)
        return found

    @cached_property
    def regions(self) -> dict[str, int]:
        return dict(Region.objects.values_list("code", "pk"))

    @cached_property
    def networks(self) -> dict[str, int]:
        return dict(Network.objects.values_list("slug", "pk"))

    @cached_property
    def lac_goals(self) -> dict[str, int]:
        return {goal.number: goal.pk for goal in LacGoal.objects.select_related("pillar")}

    def tell(self) -> int:
        """Carry out everything; give how many projects there are."""
        for entry in self.entries["objective_dependencies"]:
            self._depend_on_objective(entry)
        with self.clock.running():
            for event in sorted(self._events()):
                self.clock.set_day(event.on)
                getattr(self, f"_{event.do}")(event.entry)
        for holder, starts_on in self._begun_early:
            QuerySet(PortfolioHolder).filter(pk=holder.pk).update(starts_on=starts_on)
            holder.history.update(starts_on=starts_on)
        return len(self.projects)

    def _events(self) -> Iterator[Event]:
        """Give all that happens, not yet in order."""
        for place, (on, do, entry) in enumerate(self._told()):
            yield Event(on, place, do, entry)

    def _told(self) -> Iterator[tuple[datetime.date, str, dict[str, Any]]]:
        for portfolio in self.entries["portfolios"]:
            first_day = min(holder["starts_on"] for holder in portfolio["holders"])
            yield first_day, "make_portfolio", portfolio
            for holder in portfolio["holders"]:
                entry = {**holder, "portfolio": portfolio["slug"]}
                yield holder["starts_on"], "begin_holding", entry
                if "ends_on" in holder:
                    yield holder["ends_on"] + ONE_DAY, "end_holding", entry
        for project in self.entries["projects"]:
            yield project["created_on"], "draft", project
        # On the same day, a decision comes after the report or submission that it rests on.
        for project in self.entries["projects"]:
            for event in project.get("events", []):
                yield event["on"], event["do"], {**event, "project": project["key"]}
        for decision in self.entries["decisions"]:
            yield decision["recorded_on"], "decide", decision

    # Portfolios and who holds them.

    def _make_portfolio(self, entry: dict[str, Any]) -> None:
        portfolio = Portfolio(slug=entry["slug"], name=entry["name"], description=entry["description"])
        portfolio.full_clean()
        portfolio.save_by(self.people[SUPPORT])
        portfolio.themes.set(Theme.objects.filter(slug__in=entry["themes"]))
        self.portfolios[portfolio.slug] = portfolio
        self.holders[portfolio.slug] = {}

    def _begin_holding(self, entry: dict[str, Any]) -> None:
        # The rules ask who holds a portfolio today, and the real clock may be behind the story.
        starts_on = min(entry["starts_on"], timezone.localdate())
        holder = PortfolioHolder(
            portfolio=self.portfolios[entry["portfolio"]],
            user=self.people[entry["person"]],
            starts_on=starts_on,
        )
        holder.full_clean()
        holder.save_by(self.people[SUPPORT])
        self.holders[entry["portfolio"]][entry["person"]] = holder
        if starts_on != entry["starts_on"]:
            self._begun_early.append((holder, entry["starts_on"]))
        # What someone holds is remembered with the person.
        self.people = read_people()

    def _end_holding(self, entry: dict[str, Any]) -> None:
        holder = self.holders[entry["portfolio"]].pop(entry["person"])
        holder.ends_on = entry["ends_on"]
        holder.full_clean()
        holder.save_by(self.people[SUPPORT])
        self.people = read_people()

    def _depend_on_objective(self, entry: dict[str, Any]) -> None:
        dependency = ObjectiveDependency(
            objective=find_objective(entry["objective"]),
            predecessor=find_objective(entry["predecessor"]),
            reason=entry["reason"],
        )
        if ObjectiveDependency.objects.filter(
            objective=dependency.objective, predecessor=dependency.predecessor
        ).exists():
            return
        dependency.full_clean()
        dependency.save()

    # Projects.

    def _who(self, entry: dict[str, Any], portfolio: str) -> User:
        """Give who does something: whom the entry names, else who holds the portfolio then, else support."""
        if "by" in entry:
            return self.people[entry["by"]]
        return self.people[next(iter(self.holders[portfolio]), SUPPORT)]

    def _draft(self, entry: dict[str, Any]) -> None:
        by = self._who(entry, entry["portfolio"])
        on_behalf_of = entry.get("on_behalf_of")
        project = start_draft(
            by=by,
            portfolio=self.portfolios[entry["portfolio"]],
            objective=find_objective(entry["objective"], entry.get("theme")),
            title=entry["title"],
            on_behalf_of=self.people[on_behalf_of] if on_behalf_of else None,
        )
        self.projects[entry["key"]] = project
        self.clock.date_project(project, is_new=True)
        self.clock.set_day(entry["created_on"])
        self._edit({**entry, "project": entry["key"]}, by)

    def _edit(self, entry: dict[str, Any], by: User | None = None) -> None:
        """Fill in what an entry holds."""
        project = self.projects[entry["project"]]
        fields: dict[str, Any] = {name: entry[name] for name in PLAIN_FIELDS if name in entry}
        if "lac_goals" in entry:
            fields["lac_goals"] = [self.lac_goals[number] for number in entry["lac_goals"]]
        if "networks" in entry:
            fields["networks"] = [self.networks[slug] for slug in entry["networks"]]
        lines = ProjectLines(
            results=[ResultLine(**line) for line in entry["results"]] if "results" in entry else None,
            capacity=[self._capacity(line) for line in entry["capacity"]] if "capacity" in entry else None,
            risks=[RiskLine(**line) for line in entry["risks"]] if "risks" in entry else None,
            predecessors=[self.projects[key].pk for key in entry["after"]] if "after" in entry else None,
        )
        edit_project(project, by=by or self._by(entry), fields=fields, lines=lines)
        self.clock.date_project(project, is_new=False)

    def _capacity(self, line: dict[str, Any]) -> CapacityLine:
        region, network = line.get("region"), line.get("network")
        return CapacityLine(
            year=line["year"],
            expertise=line["expertise"],
            days=line["days"],
            region=self.regions[region] if region else None,
            network=self.networks[network] if network else None,
        )

    def _by(self, entry: dict[str, Any]) -> User:
        return self._who(entry, self.projects[entry["project"]].portfolio.slug)

    def _submit(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]]
        submit_project(project, by=self._by(entry))
        self.clock.date_project(project, is_new=False)

    def _withdraw(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]]
        withdraw_project(project, by=self._by(entry), reason=entry["reason"])
        self.clock.date_project(project, is_new=False)

    def _start(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]]
        start_project(project, by=self._by(entry))
        self.clock.date_project(project, is_new=False)

    def _report(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]]
        results = list(project.results.order_by("position"))
        today = timezone.localdate()
        report_status(
            project,
            by=self._by(entry),
            scope=assessment(entry.get("scope", "green")),
            time=assessment(entry.get("time", "green")),
            money=assessment(entry.get("money", "green")),
            done=entry["done"],
            upcoming=entry.get("upcoming", ""),
            deliveries=[
                Delivery(results[line["result"] - 1].pk, min(line["on"], today), line["note"])
                for line in entry.get("delivered", [])
            ],
        )
        self.clock.date_project(project, is_new=False)

    def _ask_completion(self, entry: dict[str, Any]) -> None:
        project = self.projects[entry["project"]]
        ask_completion(project, by=self._by(entry), closing_note=entry["closing_note"])
        self.clock.date_project(project, is_new=False)

    def _remark(self, entry: dict[str, Any]) -> None:
        add_remark(self.projects[entry["project"]], by=self._by(entry), text=entry["text"])

    def _attach(self, entry: dict[str, Any]) -> None:
        upload = pdf(entry["name"], entry["text"].strip().splitlines())
        add_attachment(self.projects[entry["project"]], by=self._by(entry), upload=upload)

    def _decide(self, entry: dict[str, Any]) -> None:
        corrects = entry.get("corrects")
        projects = [self.projects[key] for key in entry["projects"]]
        self.decisions[entry["number"]] = record_decision(
            by=self.people[SUPPORT],
            number=entry["number"],
            meeting_on=entry["meeting_on"],
            outcome=Outcome(entry["outcome"]),
            wording=entry["wording"],
            projects=projects,
            corrects=self.decisions[corrects] if corrects else None,
        )
        for project in projects:
            self.clock.date_project(project, is_new=False)


def read_people() -> dict[str, User]:
    """Give the fictional people by the first part of their address."""
    people = User.objects.filter(is_fictional=True).prefetch_related("role_assignments")
    return {person.email.partition("@")[0]: person for person in people}


def find_objective(start_of_title: str, theme: str | None = None) -> Objective:
    """Give the one objective whose title begins so; two themes share a title, so the theme may be needed."""
    found = Objective.objects.filter(title__startswith=start_of_title)
    return (found.filter(theme__slug=theme) if theme else found).get()


def assessment(text: str) -> Assessment:
    """Read "amber: the word why"."""
    health, _separator, reason = text.partition(":")
    return Assessment(Health(health), reason.strip())
