"""What the API says about the programme, against facts typed independently of the fixture."""

import pytest

from organisation.models import Network
from pillars.models import Objective
from pillars.seal import seal
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanVersionFactory,
    ProgrammeFactory,
    RegionFactory,
    ThemeFactory,
)
from tests.pillars import programme_facts as facts

RESOURCES = ("pillars", "themes", "lac-goals", "objectives", "plan-versions", "regions", "networks")


@pytest.mark.usefixtures("programme")
def test_pillars_have_their_themes_in_order(everything):
    pillars = everything("pillars")

    assert [pillar["number"] for pillar in pillars] == [1, 2, 3]
    names = {theme["slug"]: theme["name"] for theme in everything("themes")}
    for pillar in pillars:
        assert set(pillar) == {"id", "programme", "number", "name", "summary", "chapter", "themes"}
        assert tuple(names[slug] for slug in pillar["themes"]) == facts.THEMES[pillar["number"]]


@pytest.mark.usefixtures("programme")
def test_themes_come_by_pillar_and_position_with_their_mark(everything):
    themes = everything("themes")

    assert [theme["name"] for theme in themes] == [name for names in facts.THEMES.values() for name in names]
    assert tuple(theme["name"] for theme in themes if theme["overarching"]) == facts.OVERARCHING_THEMES
    assert set(themes[0]) == {"slug", "name", "pillar", "position", "overarching", "summary", "chapter"}
    assert (themes[5]["pillar"], themes[5]["position"]) == (2, 1)


@pytest.mark.usefixtures("programme")
def test_lac_goals_come_by_number_with_their_lead(everything):
    goals = everything("lac-goals")

    assert {goal["number"]: goal["lead"] for goal in goals} == facts.LAC_LEADS
    numbers = [goal["number"] for goal in goals]
    assert numbers == sorted(numbers, key=lambda number: tuple(map(int, number.split("."))))
    assert numbers.index("1.10") == numbers.index("1.9") + 1
    assert set(goals[0]) == {
        "id",
        "number",
        "pillar",
        "theme",
        "text",
        "lead",
        "lead_remark",
        "objectives",
    }
    assert goals[numbers.index("1.10")]["pillar"] == 1


@pytest.mark.usefixtures("programme")
def test_objectives_have_the_years_of_the_plan_in_force_and_their_goals(everything):
    objectives = everything("objectives")

    assert len(objectives) == 21
    assert set(objectives[0]) == {
        "id",
        "title",
        "summary",
        "pillar",
        "theme",
        "years",
        "lac_goals",
        "chapter",
    }
    active = {year: sum(year in objective["years"] for objective in objectives) for year in range(2024, 2029)}
    assert active == {2024: 13, 2025: 19, 2026: 13, 2027: 8, 2028: 1}
    goals = {goal["number"]: goal for goal in everything("lac-goals")}
    assert any(objective["lac_goals"] for objective in objectives)
    for objective in objectives:
        assert all(objective["id"] in goals[number]["objectives"] for number in objective["lac_goals"])


def test_lac_goals_of_an_objective_are_in_order_of_number(everything):
    pillar = PillarFactory(number=1)
    objective = ObjectiveFactory(theme__pillar=pillar)
    for sequence in (10, 2, 9):
        objective.lac_goals.add(LacGoalFactory(theme=objective.theme, sequence=sequence))

    assert everything("objectives")[0]["lac_goals"] == ["1.2", "1.9", "1.10"]


def test_years_are_not_those_of_a_draft_or_a_superseded_version(everything):
    objective = ObjectiveFactory()
    programme = objective.theme.pillar.programme
    PlanVersionFactory(programme=programme, years={objective: [2024]}, adopted=True)
    PlanVersionFactory(programme=programme, years={objective: [2025, 2026]}, adopted=True)
    PlanVersionFactory(programme=programme, years={objective: [2027]})

    assert everything("objectives")[0]["years"] == [2025, 2026]


@pytest.mark.usefixtures("programme")
def test_plan_version_comes_with_its_content_under_its_seal(everything):
    (version,) = everything("plan-versions")

    assert version["number"] == 1
    assert version["status"] == "adopted"
    assert (version["adopted_on"][:7], version["adopted_precision"]) == ("2024-06", "month")
    assert version["replaces"] is None
    assert version["programme"] == version["content"]["programme"]
    assert seal(version["content"]) == version["content_hash"]
    assert len(version["content"]["objectives"]) == 21


def test_plan_versions_leave_out_drafts_and_say_what_they_replace(reader, everything):
    draft = PlanVersionFactory(programme__slug="next")
    first = PlanVersionFactory(programme__slug="now", adopted=True)
    second = PlanVersionFactory(programme=first.programme, adopted=True)

    assert [version["id"] for version in everything("plan-versions")] == [first.pk, second.pk]
    assert everything("plan-versions", status="adopted")[0]["replaces"] == first.pk
    assert [version["id"] for version in everything("plan-versions", status="superseded")] == [first.pk]
    assert everything("plan-versions", programme="next") == []
    assert reader.get(f"/api/v1/plan-versions/{draft.pk}").status_code == 404


@pytest.mark.usefixtures("programme")
def test_regions_come_by_code(everything):
    regions = everything("regions")

    assert [region["code"] for region in regions] == [f"VR{number:02}" for number in range(1, 26)]
    assert all(set(region) == {"code", "name"} for region in regions)


@pytest.mark.usefixtures("programme")
def test_networks_name_whom_they_report_to(everything):
    networks = everything("networks")

    assert len(networks) == Network.objects.count()
    slugs = {network["slug"] for network in networks}
    assert {network["reports_to"] for network in networks} <= slugs | {None}
    assert set(networks[0]) == {
        "slug",
        "name",
        "abbreviation",
        "kind",
        "tier",
        "shared_role",
        "reports_to",
        "description",
        "chapter",
    }


@pytest.mark.usefixtures("programme")
def test_an_item_is_the_same_alone_as_in_its_list(reader, everything):
    for resource, key in zip(RESOURCES, ("id", "slug", "id", "id", "id", "code", "slug"), strict=True):
        item = everything(resource)[-1]
        assert reader.get(f"/api/v1/{resource}/{item[key]}").json() == item


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("objectives", {}, 21),
        ("objectives", {"year": "2028"}, 1),
        ("objectives", {"pillar": "1"}, 7),
        ("objectives", {"theme": "nafase-en-herstel"}, 0),
        ("lac-goals", {"pillar": "2"}, 12),
        ("lac-goals", {"lead": "nipv_vakraad"}, None),
        ("lac-goals", {"pillar": "3", "lead": "vakraad"}, None),
        ("themes", {"pillar": "3"}, 4),
        ("regions", {"q": "utrecht"}, 1),
        ("regions", {"q": "VR25"}, 1),
        ("networks", {"q": "no such body"}, 0),
        ("plan-versions", {"status": "adopted"}, 1),
        ("plan-versions", {"status": "superseded"}, 0),
    ],
)
@pytest.mark.usefixtures("programme")
def test_lists_filter_as_the_pages_do(everything, path, parameters, expected):
    if expected is None:
        expected = sum(
            lead == parameters["lead"] and number.startswith(parameters.get("pillar", ""))
            for number, lead in facts.LAC_LEADS.items()
        )
    assert len(everything(path, **parameters)) == expected


def test_networks_filter_by_kind_tier_and_words(everything):
    NetworkFactory(slug="board", name="The board", kind="governing_board", tier="steering", abbreviation="TB")
    NetworkFactory(slug="group", name="A group", kind="working_group", tier="groups", description="Tests")

    def slugs(**parameters):
        return [network["slug"] for network in everything("networks", **parameters)]

    assert slugs() == ["group", "board"]
    assert slugs(kind="working_group") == ["group"]
    assert slugs(tier="steering") == ["board"]
    assert slugs(q="tb the") == ["board"]
    assert slugs(q="tests") == ["group"]


def test_lists_of_two_programmes_keep_them_apart(everything):
    programmes = [ProgrammeFactory(first_year=2024, last_year=2028) for _number in range(2)]
    for number in (2, 1):
        for programme in reversed(programmes):
            PillarFactory(programme=programme, number=number)

    assert [(pillar["programme"], pillar["number"]) for pillar in everything("pillars")] == [
        (programme.slug, number) for programme in programmes for number in (1, 2)
    ]


def test_pages_follow_each_other_without_gap_or_repeat(reader):
    theme = ThemeFactory()
    for _number in range(7):
        ObjectiveFactory(theme=theme)
    seen = []
    address = "/api/v1/objectives?page_size=3&pillar=1"
    while address:
        body = reader.get(address).json()
        assert body["count"] == 7
        seen += [objective["id"] for objective in body["results"]]
        address = body["next"]

    assert seen == list(Objective.objects.order_by("position").values_list("pk", flat=True))


def test_page_size_goes_up_to_200(reader):
    for number in range(100):
        RegionFactory(code=f"VR{number:02}")
    for number in range(201):
        NetworkFactory(slug=f"n{number}")

    assert len(reader.get("/api/v1/regions").json()["results"]) == 50
    assert len(reader.get("/api/v1/networks?page_size=200").json()["results"]) == 200
    assert len(reader.get("/api/v1/networks?page_size=1000").json()["results"]) == 200


def _grow(times):
    """Make everything that the lists show, `times` over."""
    programme = ProgrammeFactory()
    plan = {}
    for _number in range(times):
        pillar = PillarFactory(programme=programme)
        for _position in range(2):
            theme = ThemeFactory(pillar=pillar)
            goals = [LacGoalFactory(theme=theme) for _sequence in range(2)]
            objective = ObjectiveFactory(theme=theme)
            objective.lac_goals.set(goals)
            plan[objective] = [2024, 2025, 2026]
        PlanVersionFactory(programme=programme, years=dict(plan), adopted=True)
        NetworkFactory(reports_to=NetworkFactory())
        RegionFactory()


@pytest.mark.parametrize("resource", RESOURCES)
def test_number_of_queries_does_not_grow_with_the_number_of_rows(
    reader, resource, django_assert_max_num_queries
):
    path = f"/api/v1/{resource}?page_size=200"
    _grow(1)
    with django_assert_max_num_queries(10) as few:
        few_rows = len(reader.get(path).json()["results"])
    _grow(12)
    with django_assert_max_num_queries(10) as many:
        many_rows = len(reader.get(path).json()["results"])

    assert many_rows >= 12 * few_rows > 0
    assert len(many) == len(few)
