"""Projects and portfolios by the API: filing, editing, reading and finding them."""

import datetime

import pytest

from organisation.choices import Role
from portfolio.choices import Health, Outcome
from portfolio.models import Attachment, Portfolio, PortfolioHolder, Project, Result
from portfolio.services import (
    CapacityLine,
    ProjectLines,
    ResultLine,
    RiskLine,
    edit_project,
)
from tests.api.scene import S, fields_of, key, problem_of
from tests.factories import (
    LacGoalFactory,
    NetworkFactory,
    ObjectiveFactory,
    PillarFactory,
    PortfolioFactory,
    PortfolioHolderFactory,
    ProgrammeFactory,
    ProjectFactory,
    RegionFactory,
    ThemeFactory,
    UserFactory,
    decide,
    report,
    reread,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(people):
    return people["holder"]


@pytest.fixture
def minimum(holder):
    """The least that a new assignment says."""
    portfolio = Portfolio.objects.held_by(holder.user).first() or PortfolioFactory(held_by=holder.user)
    return {"portfolio": portfolio.slug, "objective": ObjectiveFactory().pk, "title": "New assignment"}


def patch(client, project, body, version=None):
    """Send a change of a project, of the version that it has."""
    if version is None:
        version = Project.objects.values_list("version", flat=True).get(pk=project.pk)
    return client.patch(f"/api/v1/projects/{project.pk}", body, headers={"If-Match": f'"{version}"'})


# --- Filing ----------------------------------------------------------------------------------------------------------


def test_a_holder_files_a_draft_with_the_least(holder, minimum):
    response = holder.post("/api/v1/projects", minimum)

    assert response.status_code == 201, response.content
    body = response.json()
    project = Project.objects.get()
    assert response["Location"] == f"http://testserver/api/v1/projects/{project.pk}"
    assert response["ETag"] == f'"{project.version}"'
    assert (body["id"], body["title"], body["state"], body["code"]) == (
        project.pk,
        "New assignment",
        "draft",
        "",
    )
    assert body["filed_by"] == {"id": holder.user.pk, "name": holder.user.name}
    assert body["on_behalf_of"] is None
    assert project.filed_by == holder.user


def test_a_holder_files_a_draft_with_everything_and_reads_it_back(holder, minimum, project_in):
    pillar = Project(objective_id=minimum["objective"]).objective.theme.pillar
    for sequence in (10, 2):
        LacGoalFactory(theme=ThemeFactory(pillar=pillar), sequence=sequence)
    region, network, before = RegionFactory(), NetworkFactory(), project_in()
    everything = minimum | {
        "lac_goals": [f"{pillar.number}.10", f"{pillar.number}.2"],
        "reason": "Because *so*.",
        "aim": "An aim.",
        "boundaries": "Not this.",
        "form_of_work": "working_group",
        "networks": [network.slug],
        "starts_on": "2026-02-01",
        "ends_on": "2027-03-31",
        "leader": "A. Leader",
        "secretary": "B. Secretary",
        "results": [{"title": "One", "due_on": "2026-06-01"}, {"title": "Two"}],
        "capacity_requests": [
            {"year": 2026, "region": region.code, "expertise": "planner", "days": 12},
            {"year": 2027, "network": network.slug, "region": None, "expertise": "trainer", "days": 3},
        ],
        "risks": [
            {"description": "It rains", "likelihood": 3, "impact": 1, "measure": "Umbrella"},
            {"description": "It snows"},
        ],
        "predecessors": [before.pk],
    }

    made = holder.post("/api/v1/projects", everything)

    assert made.status_code == 201, made.content
    body = holder.get(f"/api/v1/projects/{made.json()['id']}").json()
    assert body == made.json()
    for name in everything.keys() - {"lac_goals", "results", "capacity_requests", "risks"}:
        assert body[name] == everything[name], name
    assert body["lac_goals"] == [f"{pillar.number}.2", f"{pillar.number}.10"]
    assert [(line["title"], line["due_on"]) for line in body["results"]] == [
        ("One", "2026-06-01"),
        ("Two", None),
    ]
    assert [
        (line["year"], line["region"], line["network"], line["expertise"], line["days"])
        for line in body["capacity_requests"]
    ] == [(2026, region.code, None, "planner", 12), (2027, None, network.slug, "trainer", 3)]
    assert [(risk["description"], risk["likelihood"], risk["impact"]) for risk in body["risks"]] == [
        ("It rains", 3, 1),
        ("It snows", 2, 2),
    ]


def test_the_same_key_files_once_and_answers_201_then_200(holder, minimum):
    same = key()
    first, second = (
        holder.post("/api/v1/projects", minimum | {"aim": "An aim."}, headers=same) for _ in "12"
    )

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Project.objects.count() == 1
    assert "Location" not in second


def test_a_repeated_request_undoes_no_change_made_since(holder, minimum):
    same = key()
    made = holder.post("/api/v1/projects", minimum, headers=same).json()
    edit_project(Project.objects.get(), by=holder.user, fields={"title": "Better"})

    again = holder.post("/api/v1/projects", minimum, headers=same)

    assert (again.status_code, again.json()["title"], again.json()["id"]) == (200, "Better", made["id"])


def test_the_key_of_someone_else_gives_nothing_of_theirs(people, holder, minimum):
    same = key()
    holder.post("/api/v1/projects", minimum, headers=same)

    response = people["support"].post("/api/v1/projects", minimum, headers=same)

    assert fields_of(response, 422) == ["Idempotency-Key"]
    assert "New assignment" not in response.content.decode()


@pytest.mark.parametrize("who", ["council member", "regional staff", "rcdv", "admin", "nobody"])
def test_who_may_not_file_is_told_so_before_anything_is_read(people, who):
    problem_of(people[who].post("/api/v1/projects", {"nonsense": 1}), 403)


def test_nobody_files_in_a_portfolio_that_they_do_not_hold(people, holder, minimum):
    problem_of(people["other holder"].post("/api/v1/projects", minimum), 403)
    assert not Project.objects.exists()


def test_support_files_on_behalf_of_who_holds_the_portfolio_today(people, holder, minimum):
    support = people["support"]
    made = support.post("/api/v1/projects", minimum | {"on_behalf_of": holder.user.pk})
    assert made.status_code == 201
    assert made.json()["on_behalf_of"] == {"id": holder.user.pk, "name": holder.user.name}
    for wrong in (people["other holder"].user.pk, people["rcdv"].user.pk, 10**9, True, "x"):
        response = support.post("/api/v1/projects", minimum | {"on_behalf_of": wrong})
        assert fields_of(response) == ["on_behalf_of"]


def test_a_wrong_list_saves_nothing_of_a_new_assignment(holder, minimum):
    response = holder.post("/api/v1/projects", minimum | {"starts_on": "2027-01-01", "ends_on": "2026-01-01"})
    assert fields_of(response) == [""]
    assert not Project.objects.exists()


# --- Editing ---------------------------------------------------------------------------------------------------------


def test_a_change_needs_the_version_that_it_is_of(holder, project_in):
    project = project_in()
    address = f"/api/v1/projects/{project.pk}"

    problem_of(holder.patch(address, {"aim": "X"}), 428)
    for wrong in ("1", "*", '"1', "W/1", "x" * 5000):
        assert fields_of(holder.patch(address, {"aim": "X"}, headers={"If-Match": wrong})) == ["If-Match"]
    for other in ('"0"', '"2"', '"x"', 'W/"1"', '""', '"9999999999999999999"', '"2", "3"'):
        problem_of(holder.patch(address, {"aim": "X"}, headers={"If-Match": other}), 412)
    assert reread(project).aim != "X"
    done = holder.patch(address, {"aim": "X"}, headers={"If-Match": '"7", "1"'})
    assert (done.status_code, done["ETag"], done.json()["aim"]) == (200, '"2"', "X")


def test_of_two_people_who_change_the_same_version_the_second_is_refused(people, holder, project_in):
    project = project_in()
    tag = holder.get(f"/api/v1/projects/{project.pk}")["ETag"]
    address = f"/api/v1/projects/{project.pk}"

    first = holder.patch(address, {"aim": "Mine"}, headers={"If-Match": tag})
    second = people["support"].patch(address, {"aim": "Ours"}, headers={"If-Match": tag})

    assert first.status_code == 200
    assert project.title in problem_of(second, 412)["detail"]
    assert reread(project).aim == "Mine"
    assert people["support"].patch(address, {"aim": "Ours"}, headers={"If-Match": first["ETag"]}).json()[
        "aim"
    ] == ("Ours")


def test_only_what_was_given_changes(holder, project_in):
    project = project_in()
    before = holder.get(f"/api/v1/projects/{project.pk}").json()

    after = patch(holder, project, {"secretary": "New"}).json()

    assert {name for name in before if before[name] != after[name]} == {"secretary", "version", "changed_at"}
    assert patch(holder, project, {}).json()["version"] == after["version"]


def test_a_list_replaces_the_whole_and_keeps_the_lines_with_an_id(holder, project_in):
    project = project_in(results=["First", "Second", "Third"])
    first, second, third = holder.get(f"/api/v1/projects/{project.pk}").json()["results"]

    response = patch(
        holder,
        project,
        {"results": [{"title": "New"}, {"id": third["id"], "title": "Third", "due_on": third["due_on"]}]},
    )

    new, kept = response.json()["results"]
    assert (new["title"], kept["id"], kept["title"]) == ("New", third["id"], "Third")
    assert new["id"] not in {first["id"], second["id"]}
    assert patch(holder, project, {"results": []}).json()["results"] == []


def test_a_line_of_another_project_is_not_taken(holder, project_in):
    project, other = project_in(), project_in()
    mine, foreign = project.results.get().pk, other.results.get().pk
    cases = [
        ([{"id": foreign, "title": "Mine now"}], ["results.0.id"]),
        ([{"id": mine, "title": "A"}, {"id": mine, "title": "B"}], ["results.1.id"]),
        ([{"title": "A"}, {"id": 10**12, "title": "B"}], ["results.1.id"]),
    ]
    for lines, fields in cases:
        assert fields_of(patch(holder, project, {"results": lines})) == fields
    assert Result.objects.get(pk=foreign).title != "Mine now"
    assert reread(project).version == 1


def test_an_id_is_of_no_use_for_a_new_assignment(holder, minimum, project_in):
    existing = project_in().results.get().pk
    response = holder.post("/api/v1/projects", minimum | {"results": [{"id": existing, "title": "X"}]})
    assert fields_of(response) == ["results.0.id"]


def test_another_portfolio_is_one_that_the_holder_holds_too(people, holder, project_in):
    project, mine, foreign = project_in(), PortfolioFactory(held_by=holder.user), PortfolioFactory()

    problem_of(patch(holder, project, {"portfolio": foreign.slug}), 403)
    assert patch(holder, project, {"portfolio": mine.slug}).json()["portfolio"] == mine.slug
    assert patch(people["support"], project, {"portfolio": foreign.slug}).status_code == 200
    assert patch(holder, project, {"aim": "X"}).status_code == 404


def test_predecessors_that_someone_does_not_see_are_not_named_and_stay(people, holder, project_in):
    project, hidden, seen = project_in(), ProjectFactory(title="Secret plan"), project_in()
    support = people["support"]
    patch(support, project, {"predecessors": [hidden.pk]})

    assert holder.get(f"/api/v1/projects/{project.pk}").json()["predecessors"] == []
    assert patch(holder, project, {"predecessors": [seen.pk]}).json()["predecessors"] == [seen.pk]
    assert support.get(f"/api/v1/projects/{project.pk}").json()["predecessors"] == [hidden.pk, seen.pk]
    for wrong in ([ProjectFactory().pk], [project.pk], [10**12]):
        response = patch(holder, project, {"predecessors": wrong})
        assert fields_of(response) == ["predecessors"]
        assert "Secret" not in response.content.decode()
    assert patch(holder, project, {"predecessors": []}).json()["predecessors"] == []
    assert project.dependencies.get().predecessor == hidden


def test_a_circle_is_refused_and_named(holder, project_in):
    first, second = project_in(title="The first"), project_in(title="The second")
    patch(holder, second, {"predecessors": [first.pk]})
    response = patch(holder, first, {"predecessors": [second.pk]})
    assert fields_of(response) == ["predecessors"]
    assert "The second" in response.content.decode()


def test_goals_are_those_of_the_programme_of_the_objective(holder, project_in):
    elsewhere = LacGoalFactory(theme__pillar=PillarFactory(programme=ProgrammeFactory(), number=2))
    project = project_in()
    theme = project.objective.theme
    here = LacGoalFactory(theme=theme)

    assert patch(holder, project, {"lac_goals": [here.number]}).json()["lac_goals"] == [here.number]
    assert fields_of(patch(holder, project, {"lac_goals": [here.number, elsewhere.number]})) == [
        "lac_goals.1"
    ]


WRONG = [
    ({"title": ""}, ["title"]),
    ({"title": "x" * 201}, ["title"]),
    ({"title": None}, ["title"]),
    ({"title": "with\x00nul"}, ["title"]),
    ({"title": "half \ud800"}, ["title"]),
    ({"title": 7}, ["title"]),
    ({"title": True}, ["title"]),
    ({"title": ["x"]}, ["title"]),
    ({"title": {"x": 1}}, ["title"]),
    ({"aim": "x" * 20_001}, ["aim"]),
    ({"aim": "x" * 1_000_000}, ["aim"]),
    ({"portfolio": "no-such"}, ["portfolio"]),
    ({"portfolio": "with\x00nul"}, ["portfolio"]),
    ({"portfolio": "\ud800"}, ["portfolio"]),
    ({"portfolio": 1}, ["portfolio"]),
    ({"portfolio": None}, ["portfolio"]),
    ({"portfolio": {"slug": "x"}}, ["portfolio"]),
    ({"objective": 10**30}, ["objective"]),
    ({"objective": -1}, ["objective"]),
    ({"objective": 0}, ["objective"]),
    ({"objective": 1.5}, ["objective"]),
    ({"objective": True}, ["objective"]),
    ({"objective": "one"}, ["objective"]),
    ({"objective": [1]}, ["objective"]),
    ({"objective": 999_999}, ["objective"]),
    ({"form_of_work": "club"}, ["form_of_work"]),
    ({"form_of_work": "\ud800"}, ["form_of_work"]),
    ({"form_of_work": ["project"]}, ["form_of_work"]),
    ({"starts_on": "2026-02-30"}, ["starts_on"]),
    ({"starts_on": "yesterday"}, ["starts_on"]),
    ({"starts_on": 20260101}, ["starts_on"]),
    ({"starts_on": "99999-01-01"}, ["starts_on"]),
    ({"starts_on": "2027-01-01", "ends_on": "2026-01-01"}, [""]),
    ({"networks": "moto"}, ["networks"]),
    ({"networks": ["no-such", "with\x00nul"]}, ["networks.1"]),
    ({"networks": ["no-such"]}, ["networks.0"]),
    ({"networks": ["n"] * 10_000}, ["networks"]),
    ({"lac_goals": ["9.9"]}, ["lac_goals.0"]),
    ({"lac_goals": [{"number": "1.1"}]}, ["lac_goals.0"]),
    ({"lac_goals": ["1.1"] * 10_000}, ["lac_goals"]),
    ({"predecessors": [10**30]}, ["predecessors.0"]),
    ({"predecessors": list(range(1, 10_001))}, ["predecessors"]),
    ({"predecessors": "1"}, ["predecessors"]),
    ({"results": {"title": "x"}}, ["results"]),
    ({"results": ["x"]}, ["results.0"]),
    ({"results": [{}]}, ["results.0.title"]),
    ({"results": [{"title": ""}]}, ["results.0.title"]),
    ({"results": [{"title": "x" * 301}]}, ["results.0.title"]),
    ({"results": [{"title": "x", "delivered_on": "2026-01-01"}]}, ["results.0.delivered_on"]),
    ({"results": [{"title": "x"}] * 10_000}, ["results"]),
    ({"results": [{"title": "x", "id": "\x00"}]}, ["results.0.id"]),
    ({"risks": [{"description": "x", "likelihood": 4}]}, ["risks.0.likelihood"]),
    ({"risks": [{"description": "x", "impact": [[1]]}]}, ["risks.0.impact"]),
    ({"risks": [{"description": "x"}] * 10_000}, ["risks"]),
    (
        {"capacity_requests": [{}]},
        [f"capacity_requests.0.{name}" for name in ("days", "expertise", "year")],
    ),
    (
        {"capacity_requests": [{"year": 2026, "expertise": "x", "days": 1}]},
        ["capacity_requests.0.region"],
    ),
    (
        {"capacity_requests": [{"year": 2026, "region": "VR99", "expertise": "x", "days": 1}]},
        ["capacity_requests.0.region"],
    ),
    (
        {
            "capacity_requests": [
                {"year": 1, "region": "V\x00", "network": "\x00", "expertise": "x" * 121, "days": 0}
            ]
        },
        [f"capacity_requests.0.{name}" for name in ("days", "expertise", "network", "region", "year")],
    ),
    (
        {"capacity_requests": [{"year": 10**40, "network": "none", "expertise": "x", "days": 10**40}]},
        ["capacity_requests.0.days", "capacity_requests.0.year"],
    ),
    ({"state": "accepted"}, ["state"]),
    ({"version": 7, "id": 3, "code": "2026-001"}, ["code", "id", "version"]),
    ({"filed_by": 1, "request_key": "x"}, ["filed_by", "request_key"]),
    ({"\ud800": 1}, ["?"]),
    ([], [""]),
    ([{"title": "x"}], [""]),
    ("text", [""]),
    (7, [""]),
    (None, []),
]


@pytest.mark.parametrize(("body", "fields"), WRONG)
def test_wrong_input_is_refused_with_field_and_message_and_saves_nothing(holder, project_in, body, fields):
    import json

    project = project_in()
    response = holder.generic(
        "PATCH",
        f"/api/v1/projects/{project.pk}",
        json.dumps(body),
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )

    assert fields_of(response) == sorted(fields) if fields else problem_of(response, 400)
    assert len(response.content) < 20_000
    assert reread(project).version == 1
    assert project.results.count() == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"title": NaN}', 400),
        (b"[" * 100_000, 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"title":' * 900 + b"1" + b"}" * 900, 400),
        (b'{"form_of_work":' + b"[" * 500 + b"]" * 500 + b"}", 400),
        (b'{"objective": ' + b"9" * 5000 + b"}", 400),
        (b'{"title": "' + b"x" * 2_000_000 + b'"}', 413),
        (b'{"x%d": 1}' * 3, 400),
        (("{" + ", ".join(f'"x{number}": 1' for number in range(10_000)) + "}").encode(), 400),
    ],
    ids=lambda value: str(value)[:20],
)
def test_content_that_is_no_request_is_refused(holder, content, status):
    PortfolioFactory(held_by=holder.user)
    response = holder.generic("POST", "/api/v1/projects", content, content_type="application/json")
    problem_of(response, status)
    assert len(response.content) < 20_000


def test_content_of_another_form_is_refused(holder, minimum):
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        response = holder.generic("POST", "/api/v1/projects", "title=x", content_type=content_type)
        problem_of(response, 415)


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_a_project_tells_everything_of_it_and_nothing_of_how_to_reach_people(people, project_in):
    project = project_in(S.RUNNING)
    latest = report(project, Health.AMBER)
    decision = decide(project, outcome=Outcome.COMPLETE, number="2026-99")

    response = people["council member"].get(f"/api/v1/projects/{project.pk}")

    body = response.json()
    assert set(body) == {
        *("id", "code", "title", "portfolio", "holders", "objective", "pillar", "theme", "state", "health"),
        *("late", "starts_on", "ends_on", "leader", "secretary", "changed_at", "lac_goals", "reason", "aim"),
        *("boundaries", "form_of_work", "networks", "results", "capacity_requests", "risks", "predecessors"),
        *("closing_note", "completion_asked_at", "decisions", "latest_status_report", "filed_by"),
        *("on_behalf_of", "created_at", "submitted_at", "accepted_at", "version", "allowed_verbs"),
    }
    assert body["latest_status_report"] == latest.pk
    assert body["decisions"][0] == decision.pk
    assert body["health"] == "amber"
    assert body["holders"] == [{"id": people["holder"].user.pk, "name": people["holder"].user.name}]
    text = response.content.decode()
    assert "@" not in text
    assert "request_key" not in text


def test_lists_have_the_rows_that_a_person_may_see(people, project_in):
    made = {state: project_in(state).pk for state in S}
    accepted = {made[state] for state in (S.ACCEPTED, S.RUNNING, S.COMPLETED, S.CANCELLED)}
    submitted = accepted | {made[S.SUBMITTED], made[S.RETURNED]}
    expected = {
        "holder": set(made.values()),
        "support": set(made.values()),
        "other holder": submitted,
        "council member": submitted,
        "regional staff": submitted,
        "rcdv": accepted,
    }
    for who, keys in expected.items():
        body = people[who].get("/api/v1/projects").json()
        assert {row["id"] for row in body["results"]} == keys, who
        assert body["count"] == len(keys)
    for who in ("admin", "nobody"):
        assert people[who].get("/api/v1/projects").status_code == 403


def test_a_row_is_what_the_project_itself_says(people, project_in):
    project = project_in(S.RUNNING)
    (row,) = people["rcdv"].get("/api/v1/projects").json()["results"]
    whole = people["rcdv"].get(f"/api/v1/projects/{project.pk}").json()
    assert row == {name: whole[name] for name in row}
    assert "aim" not in row


def test_projects_are_found_by_each_filter(people, holder, project_in):
    network, region = NetworkFactory(), RegionFactory()
    one = project_in(S.RUNNING, title="Bridge over water", ends_on=datetime.date(2026, 2, 1))
    two = ProjectFactory(starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2027, 12, 31))
    support = people["support"]
    edit_project(
        two,
        by=support.user,
        fields={"networks": [network]},
        lines=ProjectLines(capacity=[CapacityLine(2027, "planner", 2, region=region.pk)]),
    )
    report(one, Health.RED)
    # The years that can be asked are those of programmes.
    assert one.objective.theme.pillar.programme.first_year <= 2026

    def found(**filters):
        body = support.get("/api/v1/projects", filters).json()
        return {row["id"] for row in body["results"]}

    assert found() == {one.pk, two.pk}
    assert found(theme=one.objective.theme.slug) == {one.pk}
    assert found(pillar=one.objective.theme.pillar.number) >= {one.pk}
    assert found(objective=two.objective_id) == {two.pk}
    assert found(portfolio=one.portfolio.slug) == {one.pk}
    assert found(holder=holder.user.pk) == {one.pk}
    assert found(network=network.slug) == {two.pk}
    assert found(region=region.code) == {two.pk}
    assert found(state="running") == {one.pk}
    assert found(health="red") == {one.pk}
    assert found(year=2026) == {one.pk}
    assert found(year=2027) == {two.pk}
    assert found(late="true") == {one.pk}
    assert found(late="false") == {two.pk}
    assert found(q="water bridge") == {one.pk}
    assert found(q="nothing") == set()
    assert [row["late"] for row in support.get("/api/v1/projects?q=water").json()["results"]] == [True]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *((f"{name}=no-such", name) for name in ("pillar", "theme", "objective", "portfolio", "network")),
        *((f"{name}=no-such", name) for name in ("holder", "region", "state", "health", "year", "late")),
        *((f"{name}=%00", name) for name in ("pillar", "theme", "objective", "portfolio", "network")),
        *((f"{name}=%00", name) for name in ("holder", "region", "state", "health", "year", "late", "q")),
        *((f"{name}={'9' * 400}", name) for name in ("pillar", "objective", "holder", "year", "page")),
        ("q=" + "x" * 201, "q"),
    ],
)
def test_a_wrong_filter_is_refused(people, query, field):
    assert fields_of(people["support"].get(f"/api/v1/projects?{query}")) == [field]


def test_filters_of_the_list_say_nothing_about_one_project(people, project_in):
    project = project_in(S.RUNNING)
    for address in ("", "/remarks", "/status-reports", "/attachments"):
        response = people["support"].get(f"/api/v1/projects/{project.pk}{address}?state=draft&q=zzz")
        assert response.status_code == 200


def test_files_are_listed_with_where_to_get_them_and_without_withdrawn_ones(people, project_in):
    project = project_in(S.RUNNING)
    fields = {
        "project": project,
        "content_type": "application/pdf",
        "size": 3,
        "sha256": "0" * 64,
        "uploaded_by": people["holder"].user,
    }
    Attachment.objects.create(name="plan.pdf", file="2026/01/x.pdf", **fields)
    Attachment.objects.create(
        name="old.pdf", file="2026/01/y.pdf", withdrawn_at="2026-02-01T00:00:00Z", **fields
    )

    (row,) = people["rcdv"].get(f"/api/v1/projects/{project.pk}/attachments").json()["results"]

    assert set(row) == {
        "id",
        "name",
        "content_type",
        "size",
        "sha256",
        "uploaded_by",
        "uploaded_at",
        "download",
    }
    assert (row["name"], row["size"]) == ("plan.pdf", 3)
    assert "2026/01" not in str(row["download"])


def _grow(times):
    """Make projects with everything that the lists show, `times` over."""
    support = UserFactory(roles=[Role.SUPPORT])
    for _number in range(times):
        portfolio = PortfolioFactory(themes=[ThemeFactory(), ThemeFactory()], held_by=UserFactory())
        PortfolioHolderFactory(portfolio=portfolio)
        project = ProjectFactory(portfolio=portfolio, in_state=S.RUNNING)
        _fill(project, support)
        first = report(project)
        Result.objects.filter(project=project).update(delivered_in=first, delivered_on=first.reported_on)
        decision = decide(project, outcome=Outcome.CANCEL)
        decide(project, outcome=Outcome.CANCEL, corrects=decision)


def _fill(project, support):
    edit_project(
        project,
        by=support,
        fields={
            "networks": [NetworkFactory() for _ in range(3)],
            "lac_goals": [LacGoalFactory(theme=project.objective.theme) for _ in range(3)],
        },
        lines=ProjectLines(
            results=[ResultLine(f"R{number}", project.ends_on) for number in range(3)],
            capacity=[CapacityLine(2026, "x", 1, region=RegionFactory().pk) for number in range(2)]
            + [CapacityLine(2026, "x", 1, network=NetworkFactory().pk)],
            risks=[RiskLine("r"), RiskLine("s")],
            predecessors=[ProjectFactory(portfolio=project.portfolio).pk for _ in range(2)],
        ),
    )


@pytest.mark.parametrize("who", ["council member", "rcdv", "support"])
@pytest.mark.parametrize("resource", ["portfolios", "projects", "status-reports", "decisions"])
def test_number_of_queries_of_a_list_does_not_grow_with_its_rows(
    people, resource, who, django_assert_max_num_queries
):
    path, client = f"/api/v1/{resource}?page_size=200", people[who]
    _grow(1)
    with django_assert_max_num_queries(14) as few:
        few_rows = len(client.get(path).json()["results"])
    _grow(6)
    with django_assert_max_num_queries(14) as many:
        many_rows = len(client.get(path).json()["results"])

    assert many_rows >= 6 * few_rows > 0
    assert len(many) == len(few)


def test_number_of_queries_of_a_project_is_fixed(people, project_in, django_assert_max_num_queries):
    small, large = project_in(S.RUNNING), project_in(S.RUNNING)
    support = people["support"].user
    for _ in range(3):
        _fill(large, support)
        report(large)
    counts = []
    for project in (small, large):
        with django_assert_max_num_queries(26) as queries:
            people["holder"].get(f"/api/v1/projects/{project.pk}")
        counts.append(len(queries))
    # Prefetching what is there takes a query that an empty list does not: regions, networks and predecessors.
    assert counts[1] - counts[0] <= 2
    for address in ("remarks", "status-reports", "attachments"):
        with django_assert_max_num_queries(26):
            people["holder"].get(f"/api/v1/projects/{large.pk}/{address}")


def test_the_largest_lists_take_a_bounded_number_of_queries_to_check(holder, project_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    project = project_in()
    wrong = {
        "networks": ["no-such"] * 100,
        "lac_goals": ["9.9"] * 100,
        "capacity_requests": [{"year": 2026, "region": "VR99", "expertise": "x", "days": 1}] * 200,
        "results": [{"id": 5, "title": "x"}] * 200,
    }
    with CaptureQueriesContext(connection) as queries:
        assert patch(holder, project, wrong).status_code == 400
    assert len(queries) < 40


# --- Portfolios ------------------------------------------------------------------------------------------------------


def test_a_portfolio_names_its_themes_and_who_holds_it_today(people):
    themes = [ThemeFactory(slug="b"), ThemeFactory(slug="a")]
    portfolio = PortfolioFactory(slug="moto", name="MOTO", description="About *it*.", themes=themes)
    now = PortfolioHolderFactory(portfolio=portfolio, starts_on=datetime.date(2025, 1, 1))
    PortfolioHolderFactory(portfolio=portfolio, ends_on=datetime.date(2024, 12, 31))
    PortfolioHolderFactory(portfolio=portfolio, starts_on=datetime.date(2099, 1, 1))

    for who in people.keys() - {"nobody"}:
        response = people[who].get("/api/v1/portfolios/moto")
        assert response.json() == {
            "slug": "moto",
            "name": "MOTO",
            "description": "About *it*.",
            "themes": ["b", "a"],
            "holders": [
                {"id": now.user.pk, "name": now.user.name, "starts_on": "2025-01-01", "ends_on": None}
            ],
        }
    assert people["nobody"].get("/api/v1/portfolios/moto").status_code == 403
    assert people["rcdv"].get("/api/v1/portfolios/no-such").status_code == 404
    assert PortfolioHolder.objects.filter(portfolio=portfolio).count() == 3


def test_portfolios_come_by_name_and_are_read_only(people):
    names = ["Zebra", "Aap"]
    for name in names:
        PortfolioFactory(name=name)
    listed = [row["name"] for row in people["support"].get("/api/v1/portfolios").json()["results"]]
    assert listed == sorted(names)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(people["support"], method)("/api/v1/portfolios", {}).status_code == 405
