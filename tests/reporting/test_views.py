"""The pages of the planning grid: what htmx gets, what the address names, what is folded."""

import re

import pytest
from django.urls import reverse

from organisation.choices import Role
from pillars.models import Objective

pytestmark = pytest.mark.django_db

GRID = reverse("reporting:planning-grid")


@pytest.fixture
def client(client_as, programme):
    return client_as(Role.COUNCIL_MEMBER)


def by_htmx(client, query: str, target: str):
    return client.get(f"{GRID}?{query}", headers={"HX-Request": "true", "HX-Target": target})


def test_htmx_gets_the_grid_alone_for_a_filter(client):
    answer = by_htmx(client, "pillar=2", "div#planning").content.decode()
    assert answer.count("planning__objective") == 4
    assert "<html" not in answer
    assert 'id="panel"' not in answer


def test_htmx_gets_the_panel_alone_for_a_cell(client):
    objective = Objective.objects.get(title__startswith="Als ‘partner’")
    answer = by_htmx(client, f"cell={objective.pk}-2026", "aside#panel").content.decode()
    assert objective.title in answer.replace("&#x27;", "'")
    assert "planning__objective" not in answer


def test_what_htmx_gets_is_not_kept_for_who_asks_for_the_page(client):
    answer = client.get(GRID)
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in answer["Vary"].split(",")}
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "cell", ["", "x", "1", "1-20260", "0-2026", "999999999999999999-2026", "-1-2026", "1-1999", "١-2026"]
)
def test_a_cell_that_does_not_exist_gives_a_message(client, cell):
    answer = client.get(GRID, {"cell": cell})
    assert answer.status_code == 200
    assert "Deze cel staat niet in de planning" in answer.content.decode()


def test_paper_shows_the_filtered_grid_with_nothing_folded_and_names_the_filter(client):
    client.cookies["grid_folded"] = "pillar-2"
    page = client.get(
        reverse("reporting:planning-grid-print"), {"pillar": "2", "year": "2024"}
    ).content.decode()
    assert page.count("planning__objective") == 2
    assert not re.search(r"<tr[^>]*\shidden", page)
    assert "<b>Actief in</b>: 2024" in page


@pytest.mark.parametrize(
    ("cookie", "sent", "kept"),
    [
        ("", {"fold": "pillar-1"}, "pillar-1"),
        ("pillar-1", {"fold": "pillar-1"}, "pillar-1"),
        ("pillar-1", {"unfold": "pillar-1"}, ""),
        ("pillar-1", {"fold": "theme-netwerkmanagement"}, "pillar-1.theme-netwerkmanagement"),
        ("pillar-1", {"unfold": "pillar-2"}, "pillar-1"),
        ("pillar-1", {"fold": "x\r\nSet-Cookie: a=b"}, "pillar-1"),
        ("pillar-1", {}, "pillar-1"),
        ("pillar-1.<script>.theme-ok", {"fold": "pillar-2"}, "pillar-1.pillar-2.theme-ok"),
    ],
)
def test_folding_remembers_the_groups_asked_for(client, cookie, sent, kept):
    client.cookies["grid_folded"] = cookie
    answer = client.post(reverse("reporting:fold"), {**sent, "next": "/?pillar=1"})
    assert answer.status_code == 302
    assert answer.url.startswith("/?pillar=1")
    assert answer.cookies["grid_folded"].value == kept


def test_who_comes_to_folding_by_a_link_goes_to_the_grid(client):
    assert client.get(reverse("reporting:fold")).url == GRID


def test_a_search_for_very_many_words_is_answered(client, django_assert_max_num_queries):
    words = " ".join(f"e{number}" for number in range(60))[:200]
    with django_assert_max_num_queries(19):
        answer = client.get(GRID, {"q": words})
    assert answer.status_code == 200
    assert "Geen opgave past bij deze filters" in answer.content.decode()


def test_each_word_must_occur_but_not_in_the_same_place(client):
    answer = client.get(GRID, {"q": "netwerkmanagement NIPV"}).content.decode()
    assert answer.count("planning__objective") == 1
    assert "Organiseren landelijk netwerkevent" in answer


def test_no_lead_shows_every_row_without_a_mark_and_no_other(client):
    answer = client.get(GRID, {"lead": "none"}).content.decode()
    table = answer[answer.index("<table") : answer.index("</table")]
    assert table.count("planning__objective") == 8
    assert "planning__lead" not in table
