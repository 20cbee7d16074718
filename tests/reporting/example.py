"""An example of every kind of report, for tests of what is made of it: the programme's own rows with invented projects and money.

It holds what is hard to show well: umlauts, long words, text that a spreadsheet would take for a formula, markup, Markdown,
empty fields, negative amounts, a theme without objectives and a project without anything.
"""

import datetime
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from budget.choices import ContributionState, CostCategory, KeyStatus, SetState, WeightUnit
from budget.exact import to_euro
from budget.split import split
from pillars.choices import Lead
from pillars.seal import seal
from portfolio.choices import CellState, FormOfWork, Health, Outcome, ProjectState
from reporting.choices import ReportKind
from reporting.content import (
    BudgetYear,
    CapacityLine,
    CategoryCost,
    ContributionRow,
    Contributions,
    CostCentreYear,
    DecisionLine,
    Edition,
    GoalLine,
    PillarText,
    Planning,
    PlanningCell,
    PlanningPillar,
    PlanningRow,
    PlanningTheme,
    PlanningYear,
    ProjectLine,
    ReportContent,
    ResultLine,
    Source,
    StatusLine,
    as_data,
)

PROGRAMME = Path(__file__).resolve().parent.parent.parent / "fixtures" / "programme"
YEAR = 2025
SEEN_ON = datetime.date(2025, 11, 24)
YEARS = range(2024, 2029)
BUDGET = Decimal("625000.00")
NOTHING = Decimal("0.00")
# What spreadsheets would take for a formula, and browsers for markup.
FORMULA = "=cmd|' /C calc'!A0"
MARKUP = "<script>alert(1)</script> & <b>vet</b>"
MARKDOWN = (
    "Eén *beproefde* **methodiek** om risico’s te inventariseren:\n\n"
    "- vergelijken van bestaande werkwijzen\n- een rekenmodel, zie [de toelichting](https://example.org/methodiek)\n"
    "- ervaringen uit drie proeftuinen\n\n"
    "1. Eerst het beeld.\n2. Dan de duiding.\n\n![een afbeelding](file:///etc/hostname)\n"
)


def example_edition(kind: ReportKind, *, times: int = 1) -> Edition:
    """Give an edition of a kind of report; with its projects, costs and decisions so many `times` over."""
    content = example_content(kind, times=times)
    return Edition(
        content=content,
        version="1.0",
        is_draft=False,
        content_hash=seal(as_data(content)),
        taken_at=datetime.datetime(2025, 11, 24, 9, 30, 15, tzinfo=datetime.UTC),
    )


def example_content(kind: ReportKind, *, times: int = 1) -> ReportContent:
    """Give the content of a kind of report; with its projects, costs and decisions so many `times` over."""
    everything = _everything(times)
    match kind:
        case ReportKind.ANNUAL_PLAN:
            open_states = (ProjectState.ACCEPTED, ProjectState.RUNNING)
            projects = tuple(project for project in everything.projects if project.state in open_states)
            return replace(everything, projects=projects, outlook="", decisions=(), next_year=None)
        case ReportKind.ANNUAL_REPORT:
            source = replace(everything.source, kind=kind)
            return replace(everything, source=source, changes="")
        case ReportKind.BUDGET:
            return ReportContent(
                source=replace(everything.source, kind=kind),
                budget=everything.budget,
                contributions=everything.contributions,
            )
        case ReportKind.PLANNING_GRID:
            return ReportContent(
                source=replace(everything.source, kind=kind),
                planning=everything.planning,
                projects=everything.projects,
                coverage=everything.coverage,
            )


def _everything(times: int) -> ReportContent:
    projects = _projects(times)
    return ReportContent(
        source=Source(
            kind=ReportKind.ANNUAL_PLAN,
            year=YEAR,
            programme="Meerjarenplan 2024-2028 van de Vakraad Risico- en Crisisbeheersing",
            first_year=YEARS[0],
            last_year=YEARS[-1],
            plan_version=1,
            plan_hash="5b" * 32,
            seen_on=SEEN_ON,
            is_fictional=True,
        ),
        introduction=(
            "In 2025 bouwen de vijfentwintig veiligheidsregio’s verder aan een **weerbare** samenleving.\n\n"
            "Coördinatie, één taal en Fryslân’s ervaring staan voorop; **dit is een voorbeeld**."
        ),
        changes="Het project *Oefenkalender* is toegevoegd; het budget van de methodiek is verlaagd.",
        outlook="In 2026 begint de herijking van het programma Risico- en Crisiscommunicatie.",
        pillar_texts=(
            PillarText(1, "Versterken voorbereiding en paraatheid", MARKDOWN),
            PillarText(2, "Versterken van een weerbare samenleving", "Samen met inwoners en ondernemers."),
            PillarText(3, "Bevorderen van kwaliteit en professionaliteit", ""),
        ),
        planning=_planning(projects),
        projects=projects,
        budget=_budget(projects),
        contributions=_contributions(),
        decisions=_decisions(times),
        coverage=_coverage(projects),
        next_year=BudgetYear(
            year=YEAR + 1,
            amount=None,
            carried_in=Decimal("12500.00"),
            carried_out=NOTHING,
            centres=(_central_support(),),
        ),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((PROGRAMME / name).read_text(encoding="utf-8"))


def _projects(times: int) -> tuple[ProjectLine, ...]:
    found = []
    for turn in range(times):
        for number, project in enumerate(_each_project(), start=1):
            code = f"2025-{turn * 10 + number:03}"
            found.append(replace(project, project_id=turn * 10 + number, code=code))
    return tuple(found)


def _each_project() -> Iterable[ProjectLine]:
    day = datetime.date
    methodology = ProjectLine(
        project_id=1,
        code="2025-001",
        title="Nieuwe methodiek voor het regionaal risicoprofiel",
        state=ProjectState.RUNNING,
        pillar_number=1,
        theme_slug="prioriteren-van-risicos",
        theme_name="Prioriteren van risico’s",
        objective_id=1,
        objective="Afgestemd proces methodiek van risico-inventarisatie, -analyse en duiding",
        portfolio="Klimaat",
        holders=("Annelies Vermeër", "Jürgen Öztürk"),
        form_of_work=FormOfWork.PROJECT,
        networks=("Nederlands Instituut Publieke Veiligheid", "Ministerie van Justitie en Veiligheid"),
        goals=("1.1",),
        reason="Elke regio weegt risico’s op eigen wijze.\n\nDaardoor zijn profielen **niet** vergelijkbaar.",
        aim=MARKDOWN,
        starts_on=day(2025, 2, 17),
        ends_on=day(2026, 3, 31),
        results=(
            ResultLine(
                "Vergelijking van methodieken", day(2025, 5, 30), day(2025, 5, 28), "Zeven vergeleken."
            ),
            ResultLine("Methodiek met rekenmodel", day(2025, 12, 5), None, ""),
            ResultLine(FORMULA, None, None, ""),
        ),
        capacity=(
            CapacityLine(YEAR, "Rotterdam-Rijnmond", "VR17", "Risicoanalyse", 40),
            CapacityLine(YEAR, "Fryslân", "VR02", "Risicoanalyse", 20),
            CapacityLine(YEAR, "Netwerk MOTO", "", "Oefenen", 12),
        ),
        planned=Decimal("84500.00"),
        spent=Decimal("61230.55"),
        forecast=Decimal("90000.00"),
        health=Health.AMBER,
        status=StatusLine(
            day(2025, 9, 4),
            Health.GREEN,
            Health.AMBER,
            Health.GREEN,
            "Het rekenmodel is opgesteld; drie regio’s beproeven het.",
            "- Verwerken van de ervaringen\n- Vaststellen",
        ),
    )
    yield methodology
    yield replace(
        methodology,
        title="=SOM(A1:A9) Visie op risicobeheersing",
        state=ProjectState.ACCEPTED,
        objective_id=2,
        objective="Visie op risicobeheersing als onderdeel van het cyclisch proces crisisbeheersing",
        holders=(),
        form_of_work=FormOfWork.WORKING_GROUP,
        goals=(),
        reason=MARKUP,
        aim="@aanpak -1+1",
        starts_on=day(2025, 10, 1),
        ends_on=None,
        results=(),
        capacity=(),
        planned=NOTHING,
        spent=NOTHING,
        forecast=NOTHING,
        health=None,
        status=None,
    )
    yield replace(
        methodology,
        title="Kaders voor paraatheid: zorg- en brandweercapaciteitsverdelingsvraagstukken in langdurige crises",
        state=ProjectState.COMPLETED,
        theme_slug="paraatheid-op-basis-van-gezamenlijke-planvorming",
        theme_name="Paraatheid op basis van gezamenlijke planvorming",
        objective_id=3,
        objective="Kaders voor gezamenlijk noodzakelijk geachte mate van paraatheid in de regio’s",
        portfolio="Paraatheid",
        holders=("Bart-Jan van ’t Hof",),
        form_of_work=FormOfWork.HIRED_EXPERTISE,
        goals=("1.5", "1.4"),
        starts_on=day(2024, 6, 3),
        ends_on=day(2025, 6, 27),
        results=(ResultLine("Kaders paraatheid", day(2025, 6, 27), day(2025, 7, 4), "Een week later."),),
        capacity=(CapacityLine(YEAR, "Groningen", "VR01", "Operationele voorbereiding", 8),),
        planned=Decimal("40000.00"),
        spent=Decimal("43210.01"),
        forecast=Decimal("43210.01"),
        health=Health.GREEN,
        status=None,
        closing_note="De kaders zijn **vastgesteld** en worden door alle regio’s gebruikt.",
    )
    yield replace(
        methodology,
        title="Meerjarenprogramma gezamenlijk oefenen 2026–2028",
        state=ProjectState.RUNNING,
        pillar_number=3,
        theme_slug="eenduidig-opleidingsniveau",
        theme_name="Eenduidig opleidingsniveau",
        objective_id=14,
        objective="Meerjarenprogramma oefenen",
        portfolio="MOTO",
        holders=("Anouk Teunisse",),
        form_of_work=FormOfWork.NETWORK_PROGRAMME,
        networks=("Netwerk MOTO",),
        goals=("3.3",),
        reason="",
        aim="Jaarlijks twee gezamenlijke oefeningen.",
        results=(ResultLine("Behoeftepeiling", day(2025, 5, 16), day(2025, 5, 15), "Top vijf van thema’s."),),
        capacity=(CapacityLine(YEAR, "Zuid-Limburg", "VR24", "Oefenen", 35),),
        planned=Decimal("15000.00"),
        spent=Decimal("-250.00"),
        forecast=Decimal("14750.00"),
        health=Health.RED,
    )
    yield replace(
        methodology,
        title="Handreiking nafase",
        state=ProjectState.CANCELLED,
        pillar_number=2,
        theme_slug="risicocommunicatie",
        theme_name="Risicocommunicatie",
        objective_id=10,
        objective="Herijking programma ‘Risico- en Crisiscommunicatie’",
        portfolio="Communicatie",
        form_of_work=None,
        networks=(),
        goals=("2.7",),
        results=(ResultLine("Handreiking", day(2025, 9, 1), None, ""),),
        capacity=(),
        planned=NOTHING,
        spent=Decimal("1200.00"),
        forecast=Decimal("1200.00"),
        health=None,
        status=None,
        closing_note="",
    )


def _planning(projects: tuple[ProjectLine, ...]) -> Planning:
    objectives = _read("objectives.toml")["objectives"]
    leads = {goal["number"]: Lead(goal["lead"]) for goal in _read("lac_goals.toml")["lac_goals"]}
    by_theme: dict[str, list[PlanningRow]] = defaultdict(list)
    for number, objective in enumerate(objectives, start=1):
        mine = [project for project in projects if project.objective_id == number]
        held = {leads[goal] for goal in objective["lac_goals"]}
        by_theme[objective["theme"]].append(
            PlanningRow(
                objective_id=number,
                title=objective["title"],
                goals=tuple(objective["lac_goals"]),
                leads=tuple(lead for lead in (Lead.VAKRAAD, Lead.NIPV_VAKRAAD) if lead in held),
                portfolios=tuple(sorted({project.portfolio for project in mine})),
                holders=tuple(sorted({name for project in mine for name in project.holders})),
                cells=tuple(_cell(year, objective["years"], mine) for year in YEARS),
            )
        )
    read = _read("programme.toml")
    pillars = tuple(
        PlanningPillar(
            pillar["number"],
            pillar["name"],
            tuple(
                PlanningTheme(
                    theme["slug"], theme["name"], theme["overarching"], tuple(by_theme[theme["slug"]])
                )
                for theme in read["themes"]
                if theme["pillar"] == pillar["number"]
            ),
        )
        for pillar in read["pillars"]
    )
    committed = _budget(projects).committed
    years = tuple(
        PlanningYear(
            year=year,
            active=sum(year in objective["years"] for objective in objectives),
            days=sum(project.days for project in projects) if year == YEAR else 0,
            available=BUDGET if year <= YEAR else None,
            committed=committed if year == YEAR else NOTHING,
        )
        for year in YEARS
    )
    return Planning(SEEN_ON.year, years, pillars)


def _cell(year: int, planned_years: list[int], projects: list[ProjectLine]) -> PlanningCell:
    counts: dict[CellState, int] = defaultdict(int)
    for project in projects:
        if project.starts_on is None or not (
            project.starts_on.year <= year <= (project.ends_on or project.starts_on).year
        ):
            continue
        if project.state == ProjectState.COMPLETED:
            counts[CellState.DONE] += 1
        elif project.state == ProjectState.ACCEPTED:
            counts[CellState.ACCEPTED] += 1
        elif project.state == ProjectState.RUNNING:
            counts[CellState(f"running-{project.health or Health.GREEN}")] += 1
    planned = year in planned_years
    if counts:
        state = next(iter(counts))
    elif not planned:
        state = CellState.NOT_PLANNED
    else:
        state = CellState.MISSING if year <= YEAR else CellState.NONE_YET
    return PlanningCell(year, state, planned, tuple(counts.items()))


def _central_support() -> CostCentreYear:
    return CostCentreYear(
        code="",
        title="",
        state=None,
        pillar_number=None,
        theme_name="",
        committed=Decimal("210000.00"),
        spent=Decimal("175000.10"),
        forecast=Decimal("210000.00"),
        forecast_reason="",
        lines=(
            CategoryCost(
                CostCategory.HIRED, Decimal("200000.00"), Decimal("175000.10"), "Twee ondersteuners"
            ),
            CategoryCost(CostCategory.EVENTS, Decimal("10000.00"), NOTHING, ""),
        ),
    )


def _budget(projects: tuple[ProjectLine, ...]) -> BudgetYear:
    centres = [_central_support()]
    for project in projects:
        if not (project.planned or project.spent):
            continue
        half = (project.planned / 2).quantize(Decimal("0.01"))
        lines = (
            CategoryCost(CostCategory.HIRED, half, project.spent, "+31 uren, zie -bijlage"),
            CategoryCost(CostCategory.MATERIALS, project.planned - half, NOTHING),
        )
        centres.append(
            CostCentreYear(
                code=project.code,
                title=project.title,
                state=project.state,
                pillar_number=project.pillar_number,
                theme_name=project.theme_name,
                committed=project.planned if project.state != ProjectState.CANCELLED else project.spent,
                spent=project.spent,
                forecast=project.forecast,
                forecast_reason="Duurder dan gedacht" if project.forecast > project.planned else "",
                lines=lines,
            )
        )
    return BudgetYear(
        year=YEAR,
        amount=BUDGET,
        carried_in=Decimal("18750.25"),
        carried_out=Decimal("12500.00"),
        centres=tuple(centres),
    )


def _contributions() -> Contributions:
    names = dict(
        line.split(",", 1) for line in (PROGRAMME / "regions.csv").read_text("utf-8").splitlines()[1:]
    )
    weights = {code: int(weight) for code, weight in _read("indicative_key.toml")["weights"].items()}
    total = sum(weights.values())
    rows = []
    for share in split(int(BUDGET * 100), weights).shares:
        exact = Decimal(share.amount_cents * share.weight) / share.total_weight / 100
        # An earlier version invoiced the first region more, the second less.
        settled = {"VR01": share.cents + 125_000, "VR02": share.cents - 90_050}.get(share.code, 0)
        rows.append(
            ContributionRow(
                code=share.code,
                name=names[share.code],
                weight=Decimal(share.weight),
                percentage=(Decimal(share.weight) * 100 / total).quantize(Decimal("0.0001")),
                exact=exact.quantize(Decimal("0.0001")),
                amount=to_euro(share.cents),
                settled_before=to_euro(settled),
                state=ContributionState.PAID if share.code < "VR10" else ContributionState.INVOICED,
            )
        )
    return Contributions(
        year=YEAR,
        version=2,
        state=SetState.ADOPTED,
        amount=BUDGET,
        key="BDUR-sleutel 2025",
        key_version=1,
        key_status=KeyStatus.OFFICIAL,
        key_source="Circulaire “BDUR”, maart 2025",
        unit=WeightUnit.THOUSAND_INHABITANTS,
        decision="2025-014",
        adopted_on=datetime.date(2025, 2, 3),
        rows=tuple(rows),
    )


def _decisions(times: int) -> tuple[DecisionLine, ...]:
    day = datetime.date
    each = (
        (day(2025, 1, 13), Outcome.ACCEPT, "De opdrachten worden **aanvaard**.", False, 2, ""),
        (day(2025, 2, 3), Outcome.BUDGET, "De bijdragen 2025 worden vastgesteld.", True, 0, ""),
        (day(2025, 9, 8), Outcome.CANCEL, FORMULA, False, 1, ""),
        (day(2025, 10, 6), Outcome.COMPLETE, MARKUP, False, 1, "2025-003"),
    )
    names = [f"2025-{number:03} {project.title}" for number, project in enumerate(_each_project(), start=1)]
    return tuple(
        DecisionLine(
            number=f"2025-{turn * 10 + number:03}",
            meeting_on=meeting_on,
            outcome=outcome,
            wording=wording,
            covers_overrun=covers,
            projects=tuple(names[:count]),
            corrects=corrects,
        )
        for turn in range(times)
        for number, (meeting_on, outcome, wording, covers, count, corrects) in enumerate(each, start=1)
    )


def _coverage(projects: tuple[ProjectLine, ...]) -> tuple[GoalLine, ...]:
    themes = {theme["slug"]: theme for theme in _read("programme.toml")["themes"]}
    objectives = _read("objectives.toml")["objectives"]
    found = []
    for goal in _read("lac_goals.toml")["lac_goals"]:
        number = goal["number"]
        mine = [project for project in projects if number in project.goals]
        results = [result for project in mine for result in project.results]
        found.append(
            GoalLine(
                number=number,
                text=goal["text"],
                pillar_number=int(number.split(".")[0]),
                theme_name=themes[goal["theme"]]["name"],
                lead=Lead(goal["lead"]),
                lead_remark=goal["lead_remark"],
                objectives=tuple(one["title"] for one in objectives if number in one["lac_goals"]),
                projects=tuple(project.code for project in mine),
                results_planned=len(results),
                results_delivered=sum(result.is_delivered for result in results),
            )
        )
    return tuple(found)
