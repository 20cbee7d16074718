"""`load_programme` and its command: can be run again at any time, never overwrites, all or nothing."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from budget.models import KeyWeight
from organisation.models import Network, Region
from pillars.choices import Lead
from pillars.errors import PlanDoesNotMatchItsSeal
from pillars.loading import FixtureProblem, load_programme
from pillars.models import LacGoal, LoadedRecord, Objective, PlannedYear, PlanVersion, Programme, Theme
from tests.conftest import FIXTURE

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the fixture to change."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "programme"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def everything():
    models = (Region, Network, Programme, Theme, LacGoal, Objective, PlanVersion, PlannedYear, LoadedRecord)
    return [list(model._base_manager.order_by("pk").values()) for model in models]


def test_first_load_creates_everything():
    report = load_programme(FIXTURE)
    networks = Network.objects.count()
    # 25 regions with their tiles, a programme, 3 pillars, 12 themes, 40 goals, 21 objectives, a plan version, a key and
    # the coefficients of a formula, and the networks.
    assert dict(report.outcomes) == {"created": 2 * 25 + 1 + 3 + 12 + 40 + 21 + 1 + 1 + 1 + networks}
    assert report.kept == []


def test_loading_again_changes_nothing(programme):
    before = everything()
    report = load_programme(FIXTURE)
    assert set(report.outcomes) == {"unchanged"}
    assert everything() == before


def test_unedited_record_follows_the_fixture(programme, folder):
    change(folder / "networks.toml", "Gedeeld opdrachtgever met de minister.", "Opdrachtgever.")
    change(folder / "lac_goals.toml", "opstellen kaders", "kaders opstellen")
    report = load_programme(folder)
    assert report.outcomes["updated"] == 2
    assert Network.objects.get(slug="veiligheidsberaad").description.startswith("Opdrachtgever.")
    assert LacGoal.objects.get(pillar__number=1, sequence=5).lead_remark == "kaders opstellen"


def test_edited_field_is_kept_whatever_the_fixture_says(programme, folder):
    Network.objects.filter(slug="veiligheidsberaad").update(description="Edited by support.")
    change(folder / "networks.toml", "Gedeeld opdrachtgever met de minister.", "Opdrachtgever.")
    for source in (FIXTURE, folder, folder):
        report = load_programme(source)
        assert report.kept == ["network veiligheidsberaad"]
        assert Network.objects.get(slug="veiligheidsberaad").description == "Edited by support."


def test_an_edit_of_one_field_keeps_the_whole_record(programme, folder):
    goal = LacGoal.objects.get(pillar__number=1, sequence=5)
    goal.lead = Lead.NIPV_VAKRAAD
    goal.save()
    change(folder / "lac_goals.toml", "opstellen kaders", "kaders opstellen")
    assert load_programme(folder).kept == ["lac_goal mjp-2024-2028/1.5"]
    goal.refresh_from_db()
    assert (goal.lead, goal.lead_remark) == (Lead.NIPV_VAKRAAD, "opstellen kaders")


def test_edited_links_to_goals_are_kept(programme, folder):
    objective = Objective.objects.get(title__startswith="Afgestemd proces")
    objective.lac_goals.set(LacGoal.objects.filter(pillar__number=1, sequence__in=[2, 3]))
    change(folder / "objectives.toml", 'lac_goals = ["1.1"]', 'lac_goals = ["1.4"]')
    report = load_programme(folder)
    assert report.kept == ["objective prioriteren-van-risicos/1"]
    assert [goal.number for goal in objective.lac_goals.all()] == ["1.2", "1.3"]


def test_unedited_links_to_goals_follow_the_fixture(programme, folder):
    change(folder / "objectives.toml", 'lac_goals = ["1.1"]', 'lac_goals = ["1.4"]')
    assert load_programme(folder).outcomes["updated"] == 1
    objective = Objective.objects.get(title__startswith="Afgestemd proces")
    assert [goal.number for goal in objective.lac_goals.all()] == ["1.4"]


def test_an_edit_that_the_fixture_catches_up_with_counts_as_unedited(programme, folder):
    Region.objects.filter(code="VR01").update(name="Stad en Ommeland")
    change(folder / "regions.csv", "Groningen", "Stad en Ommeland")
    assert set(load_programme(folder).outcomes) == {"unchanged"}
    assert load_programme(FIXTURE).outcomes["updated"] == 1
    assert Region.objects.get(code="VR01").name == "Groningen"


def remove_region(code):
    """Remove a region, with what the budget keeps of it."""
    KeyWeight.objects.filter(region__code=code).delete()
    Region.objects.get(code=code).delete()


def test_removed_record_stays_removed(programme):
    remove_region("VR01")
    LacGoal.objects.get(pillar__number=1, sequence=1).delete()
    for _ in range(2):
        report = load_programme(FIXTURE)
        assert report.kept == ["region VR01 (removed)", "lac_goal mjp-2024-2028/1.1 (removed)"]
    assert Region.objects.count() == 24
    assert LacGoal.objects.count() == 39


def test_record_made_by_hand_is_not_overwritten(db):
    Region.objects.create(code="VR01", name="Made by hand")
    assert load_programme(FIXTURE).kept == ["region VR01"]
    assert Region.objects.get(code="VR01").name == "Made by hand"


def test_adopted_plan_keeps_its_years_when_the_fixture_changes(programme, folder):
    change(folder / "objectives.toml", "years = [2025]", "years = [2026]")
    before = everything()
    load_programme(folder)
    assert everything() == before


def test_title_of_an_adopted_plan_is_refused_when_the_fixture_changes_it(programme, folder):
    change(folder / "objectives.toml", 'title = "Afgestemd proces', 'title = "Ander proces')
    with pytest.raises(FixtureProblem, match="objective prioriteren-van-risicos/1"):
        load_programme(folder)


def test_a_theme_can_move_without_breaking_the_seal(programme, folder):
    theme = Theme.objects.get(slug="prioriteren-van-risicos")
    theme.position = 99
    theme.save()
    assert load_programme(FIXTURE).kept == ["theme prioriteren-van-risicos"]


def test_tampered_plan_is_reported(programme):
    QuerySet(PlanVersion).update(content_hash="0" * 64)
    with pytest.raises(PlanDoesNotMatchItsSeal):
        load_programme(FIXTURE)
    with pytest.raises(CommandError, match="seal"):
        call_command("load_programme")


BROKEN = [
    ("lac_goals.toml", 'lead = "vakraad"', 'lead = "nobody"', "lac_goal mjp-2024-2028/1.5: .*nobody"),
    ("lac_goals.toml", 'number = "1.20"', 'number = "1.x"', "lac_goals.toml, .*1.x"),
    ("lac_goals.toml", 'number = "1.2"', 'number = "one"', "lac_goals.toml, .*one"),
    ("objectives.toml", "position = 1\n", "", "objectives.toml, .*1: .position. is missing"),
    ("objectives.toml", 'lac_goals = ["1.1"]', 'lac_goals = ["1.21"]', "unknown LAC goals 1.21"),
    ("objectives.toml", 'theme = "prioriteren', 'theme = "x', "Afgestemd proces.*: unknown theme x"),
    ("lac_goals.toml", 'theme = "prioriteren', 'theme = "x', "lac_goal 1.1: unknown theme x"),
    ("lac_goals.toml", 'number = "1.2"', 'number = "9.2"', "lac_goal 9.2: unknown pillar 9"),
    ("lac_goals.toml", 'number = "1.2"', "number = 1.2", "lac_goals.toml, .*1.2"),
    ("programme.toml", "pillar = 1", "pillar = 9", "theme prioriteren-van-risicos: unknown pillar 9"),
    (
        "programme.toml",
        '"2024-06-01"',
        '"June 2024"',
        r"programme.toml, \[plan_version\]: adopted_on .June 2024.",
    ),
    ("programme.toml", '"2024-06-01"', "2024-06-01", r"\[plan_version\]: adopted_on .2024-06-01."),
    (
        "programme.toml",
        '"month"',
        '"week"',
        r"\[plan_version\]: adopted_precision .week. is none of day, month",
    ),
    ("objectives.toml", "years = [2025]", "years = [2029]", "Afgestemd proces.*2029.*outside"),
    ("objectives.toml", "years = [2025]", "years = 2025]", "objectives.toml is not valid TOML"),
    (
        "networks.toml",
        'reports_to = "veiligheidsberaad"',
        'reports_to = "nobody"',
        "network rcdv: reports_to nobody",
    ),
    ("networks.toml", 'position = 2\nreports_to = ""', 'position = 2\nreports_to = "rcdv"', "circular"),
    (
        "networks.toml",
        'kind = "government"',
        'kind = "club"',
        "network minister-van-justitie-en-veiligheid: .*club",
    ),
    ("programme.toml", "first_year = 2024", "first_year = 2029", "programme mjp-2024-2028"),
    (
        "programme.toml",
        "[[pillars]]\nnumber = 1\n",
        "[[pillars]]\n",
        r"programme.toml, \[\[pillars\]\] 1: .number. is missing",
    ),
    ("regions.csv", "code", "kode", "regions.csv, row 2: .code. is missing"),
    ("regions.csv", "VR25", "VRXX", "region VRXX"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN)
def test_broken_fixture_is_refused_as_a_whole_with_a_message_that_names_the_record(
    folder, file, old, new, message
):
    change(folder / file, old, new)
    with pytest.raises(FixtureProblem, match=message):
        load_programme(folder)
    assert [rows for rows in everything() if rows] == []


def test_unknown_goal_is_refused_also_when_something_was_kept(programme, folder):
    remove_region("VR01")
    LacGoal.objects.get(pillar__number=1, sequence=1).delete()
    change(folder / "objectives.toml", 'lac_goals = ["1.1"]', 'lac_goals = ["1.1", "1.21"]')
    with pytest.raises(FixtureProblem, match=r"objective .*: unknown LAC goals 1\.21$"):
        load_programme(folder)


def test_date_of_a_plan_that_is_loaded_already_is_checked_too(programme, folder):
    change(folder / "programme.toml", '"2024-06-01"', '"June"')
    with pytest.raises(FixtureProblem, match="adopted_on"):
        load_programme(folder)


@pytest.mark.parametrize(
    "file", ["regions.csv", "networks.toml", "programme.toml", "lac_goals.toml", "objectives.toml"]
)
def test_missing_file_is_named(folder, file):
    (folder / file).unlink()
    with pytest.raises(FixtureProblem, match=f"{file} can't be read: No such file"):
        load_programme(folder)
    assert [rows for rows in everything() if rows] == []


def test_file_in_another_encoding_is_named(folder):
    (folder / "regions.csv").write_text("code,name\nVR02,Fryslân\n", encoding="latin-1")
    with pytest.raises(FixtureProblem, match=r"regions.csv is not in UTF-8"):
        load_programme(folder)


def test_command_tells_what_it_did_and_what_it_kept(capsys):
    call_command("load_programme")
    assert " created, 0 updated, 0 unchanged, 0 kept as edited." in capsys.readouterr().out
    Region.objects.filter(code="VR01").update(name="Edited")
    call_command("load_programme")
    out = capsys.readouterr().out
    assert "Programme: 0 created, 0 updated, " in out
    assert "1 kept as edited.\n  kept: region VR01" in out


def test_command_refuses_a_missing_folder(tmp_path):
    with pytest.raises(CommandError, match=r"regions.csv can't be read"):
        call_command("load_programme", str(tmp_path / "nowhere"))
