"""The programme's fixture against facts that were typed from the document a second time (programme_facts.py)."""

import re
from collections import Counter

import pytest

from organisation.models import Network, Region
from pillars.models import LacGoal, Objective, PlannedYear, PlanVersion, Theme
from pillars.services import verify_plan_version
from tests.pillars import programme_facts as facts

pytestmark = pytest.mark.usefixtures("programme")

# Bodies that the document names and that no reader would miss.
NETWORKS = (
    "Minister van Justitie en Veiligheid",
    "Veiligheidsberaad",
    "Raad van Commandanten en Directeuren Veiligheidsregio",
    "Vakraad Risico- en Crisisbeheersing",
)
ABBREVIATIONS = ("RCDV", "NIPV", "KCR2", "LOCC")


def planned_years():
    years = {}
    for planned in PlannedYear.objects.select_related("programme_year").order_by("programme_year__year"):
        years[planned.objective] = (*years.get(planned.objective, ()), planned.programme_year.year)
    return years


def test_pillars_have_their_themes_in_the_order_of_the_document():
    themes: dict[int, tuple[str, ...]] = {}
    for theme in Theme.objects.select_related("pillar"):
        themes[theme.pillar.number] = (*themes.get(theme.pillar.number, ()), theme.name)
    assert themes == facts.THEMES
    assert {number: len(names) for number, names in themes.items()} == facts.THEMES_PER_PILLAR


def test_only_the_overarching_theme_is_marked():
    assert (
        tuple(Theme.objects.filter(is_overarching=True).values_list("name", flat=True))
        == facts.OVERARCHING_THEMES
    )


def test_themes_have_their_number_of_objectives():
    assert {
        theme.name: theme.objectives.count() for theme in Theme.objects.all()
    } == facts.OBJECTIVES_PER_THEME


def test_pillars_have_their_number_of_lac_goals():
    assert (
        dict(Counter(goal.pillar.number for goal in LacGoal.objects.select_related("pillar")))
        == facts.LAC_COUNTS
    )


def test_every_lac_goal_has_its_lead():
    assert {goal.number: goal.lead for goal in LacGoal.objects.select_related("pillar")} == facts.LAC_LEADS


def test_only_the_goals_with_a_printed_remark_have_one():
    remarks = {
        goal.number: goal.lead_remark for goal in LacGoal.objects.select_related("pillar") if goal.lead_remark
    }
    assert remarks == facts.LAC_REMARKS


def test_every_lac_goal_stands_under_its_theme():
    found = {
        theme.name: tuple(goal.number for goal in theme.lac_goals.select_related("pillar"))
        for theme in Theme.objects.all()
    }
    assert found == facts.LAC_THEMES


@pytest.mark.parametrize(("number", "opening"), facts.LAC_OPENINGS.items())
def test_lac_goal_opens_as_printed(number, opening):
    pillar, sequence = number.split(".")
    assert LacGoal.objects.get(pillar__number=pillar, sequence=sequence).text.startswith(opening)


def test_lac_goals_sort_by_number_so_that_ten_comes_after_nine():
    numbers = [goal.number for goal in LacGoal.objects.select_related("pillar")]
    assert numbers == list(facts.LAC_LEADS)
    assert numbers.index("1.10") == numbers.index("1.9") + 1


def test_objectives_have_their_place_title_and_years():
    years = planned_years()
    objectives = list(Objective.objects.select_related("theme__pillar"))
    assert len(objectives) == len(facts.YEARS) == 21
    for objective, (pillar, theme, opening, expected) in zip(objectives, facts.YEARS, strict=True):
        assert (objective.theme.pillar.number, objective.theme.name) == (pillar, theme)
        assert objective.title.startswith(opening)
        assert years[objective] == expected


def test_objectives_active_per_year():
    assert Counter(year for years in planned_years().values() for year in years) == facts.ACTIVE_PER_YEAR


def test_objectives_link_to_goals_of_their_own_pillar():
    linked = Objective.lac_goals.through.objects.select_related("objective__theme", "lacgoal")
    assert linked
    assert {link.objective.theme.pillar_id == link.lacgoal.pillar_id for link in linked} == {True}


def test_regions_have_the_codes_of_cbs():
    assert tuple(Region.objects.values_list("name", flat=True)) == facts.REGIONS
    assert list(Region.objects.values_list("code", flat=True)) == [
        f"VR{number:02}" for number in range(1, 26)
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_network_is_present(name):
    assert Network.objects.filter(name=name).exists()


@pytest.mark.parametrize("abbreviation", ABBREVIATIONS)
def test_network_is_present_by_its_abbreviation(abbreviation):
    assert Network.objects.filter(abbreviation=abbreviation).exists()


def test_networks_that_objectives_name_are_present():
    names = " ".join(Network.objects.values_list("name", flat=True)).lower()
    for word in ("moto", "netwerk en regie", "crisisbeheersing evalueren"):
        assert word in names


def test_version_1_is_the_plan_of_june_2024_adopted_and_sealed(programme):
    version = PlanVersion.objects.get()
    assert (version.programme, version.number, version.status) == (programme, 1, "adopted")
    assert version.adopted_on is not None
    assert (version.adopted_on.year, version.adopted_on.month, version.adopted_precision) == (
        2024,
        6,
        "month",
    )
    verify_plan_version(version)


# What a text looks like where the PDF lost an "fi", "fl" or "ti": a word that stops or starts in the middle, a space before a
# full stop, a control or private-use character.
LEFTOVERS = re.compile(
    r"\bspeci e|\bspecifie e|\b[Ff] ?l ?xib|\bfl xib|\b[Ii]denti eren|\bfi \w|\btoepas +ing| [.,;:]|  |[\x00-\x1f\ufffd\ue000-\uf8ff\ufb00-\ufb06]"
)


def test_no_text_kept_a_lost_ligature_or_a_double_space():
    texts = [
        *LacGoal.objects.values_list("text", flat=True),
        *Objective.objects.values_list("title", flat=True),
        *Objective.objects.values_list("summary", flat=True),
        *Theme.objects.values_list("summary", flat=True),
        *Network.objects.values_list("description", flat=True),
    ]
    assert [text for text in texts if LEFTOVERS.search(text) or text != text.strip()] == []


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("1.4", "flexibel"),
        ("1.9", "specifieke"),
        ("1.12", "toepassing"),
        ("1.13", "fijnmazige"),
        ("2.12", "identificeren"),
    ],
)
def test_lost_ligature_was_restored(number, word):
    pillar, sequence = number.split(".")
    assert word in LacGoal.objects.get(pillar__number=pillar, sequence=sequence).text
