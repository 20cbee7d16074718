"""The pages of the import: what they show, and that a page makes nothing by being looked at."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from organisation.choices import Role
from organisation.spreadsheets.unfolding import LARGEST_FILE
from pillars.models import Objective
from portfolio.models import Project, ProjectImport
from tests.factories import PortfolioFactory, UserFactory
from tests.organisation.workbooks import Formula, saved
from tests.portfolio.workbooks import upload, workbook_of

pytestmark = pytest.mark.django_db
ADDRESS = "/projects/import"


@pytest.fixture
def support(client_as):
    return client_as(Role.SUPPORT, language="en")


@pytest.fixture
def row(programme):
    return {
        "key": "A1",
        "title": "<b>Vet</b> & zo",
        "portfolio": PortfolioFactory(name="MOTO & meer").name,
        "objective": Objective.objects.first().title,
        "state": "draft",
        "starts_on": datetime.date(2026, 3, 1),
    }


def send(client, content: bytes, name: str = "projects.xlsx", **headers):
    client.cookies["django_language"] = "en"
    return client.post(ADDRESS, {"file": upload(content, name)}, **headers)


def test_the_page_explains_the_steps_and_offers_the_template(support):
    support.cookies["django_language"] = "en"
    page = support.get(ADDRESS).content.decode()
    assert reverse("portfolio:import-template") in page
    assert "2,000 rows" in page
    assert 'enctype="multipart/form-data"' in page


@pytest.mark.parametrize(("language", "sheet"), [("nl", "Projecten"), ("en", "Projects")])
def test_the_template_comes_in_the_language_of_the_reader(support, programme, language, sheet):
    support.cookies["django_language"] = language
    response = support.get("/projects/import/template")
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["Content-Disposition"].endswith('.xlsx"')
    assert load_workbook(io.BytesIO(response.content)).sheetnames[0] == sheet


def test_problems_are_shown_with_their_place_and_nothing_is_kept(support, row):
    book = workbook_of("en", projects=[row | {"portfolio": "Onbekend", "aim": Formula("=1+1")}])
    response = send(support, saved(book), "mijn <lijst>.xlsx")
    page = response.content.decode()
    assert response.status_code == 200
    assert "mijn &lt;lijst&gt;.xlsx" in page
    assert "2 problems" in page
    assert "&lt;b&gt;Vet&lt;/b&gt;" in page
    for text in ("Projects", "Portfolio", "Aim", "is not known", "holds a formula"):
        assert text in page
    assert not ProjectImport.objects.exists()
    assert not Project.objects.exists()


def test_a_good_file_leads_to_a_preview_that_makes_nothing(support, row):
    response = send(support, saved(workbook_of("en", projects=[row])))
    waiting = ProjectImport.objects.get()
    assert (response.status_code, response.url) == (302, f"{ADDRESS}/{waiting.pk}")
    for _ in range(2):
        page = support.get(response.url).content.decode()
        assert "Import 1 project" in page
        assert "&lt;b&gt;Vet&lt;/b&gt; &amp; zo" in page
        assert "MOTO &amp; meer" in page
    assert not Project.objects.exists()
    assert "projects.xlsx" in support.get(ADDRESS).content.decode()


def test_the_button_imports_once_and_leads_to_what_was_made(support, row):
    address = send(support, saved(workbook_of("en", projects=[row]))).url
    for _ in range(2):
        response = support.post(address)
        assert (response.status_code, response.url) == (302, address)
    made = Project.objects.get()
    assert made.filed_by == support.user
    page = support.get(address).content.decode()
    assert "1 project was imported." in page
    assert "&lt;b&gt;Vet&lt;/b&gt; &amp; zo" in page
    assert "Imported before" in support.get(ADDRESS).content.decode()


def test_what_changed_since_the_preview_is_shown_instead(support, row):
    address = send(support, saved(workbook_of("en", projects=[row]))).url
    ours = Project(title="<b>vet</b> & ZO", filed_by=support.user, objective=Objective.objects.first())
    ours.portfolio_id = PortfolioFactory._meta.model.objects.get(name="MOTO & meer").pk
    ours.save_by(support.user)
    for response in (support.post(address), support.get(address)):
        page = response.content.decode()
        assert "something changed since the file was checked" in page
        assert "exists already" in page
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"x" * (LARGEST_FILE + 1), "larger than 5.0"),
        (b"no workbook", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old kind (.xls)"),
    ],
)
def test_what_is_no_workbook_is_refused_at_the_field(support, programme, content, says):
    page = send(support, content).content.decode()
    assert says in page
    assert 'aria-invalid="true"' in page
    assert not ProjectImport.objects.exists()


def test_no_file_is_asked_for(support):
    support.cookies["django_language"] = "en"
    assert "Choose the file that you filled in." in support.post(ADDRESS).content.decode()


def test_the_same_file_again_is_refused_at_the_field(support, row):
    content = saved(workbook_of("en", projects=[row]))
    support.post(send(support, content).url)
    assert "imported this very file" in send(support, content).content.decode()


def test_a_file_that_waits_is_its_owner_s_alone_and_what_was_made_is_not(support, row, client_as):
    address = send(support, saved(workbook_of("en", projects=[row]))).url
    other = client_as(Role.SUPPORT)
    assert other.get(address).status_code == other.post(address).status_code == 404
    assert "projects.xlsx" not in other.get(ADDRESS).content.decode()
    support.post(address)
    assert other.get(address).status_code == 200
    assert other.post(address).status_code == 302
    assert Project.objects.count() == 1


def test_a_file_that_is_no_longer_kept_leads_back_to_the_upload(support, row):
    address = send(support, saved(workbook_of("en", projects=[row]))).url
    stored = ProjectImport.objects.get()
    stored.file.storage.delete(stored.file.name)
    for response in (support.get(address), support.post(address)):
        assert (response.status_code, response.url) == (302, ADDRESS)
    assert "Upload it again" in support.get(ADDRESS).content.decode()


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.SUPPORT)])
def test_nobody_but_support_uploads_or_imports(client_as, role, row):
    owner = UserFactory(roles=[Role.SUPPORT])
    waiting = ProjectImport.objects.create(owner=owner, name="x.xlsx", sha256="0" * 64)
    client = client_as(*[role] if role else [])
    assert send(client, saved(workbook_of("en", projects=[row]))).status_code == 403
    assert client.post(f"{ADDRESS}/{waiting.pk}").status_code == 403
    assert ProjectImport.objects.count() == 1
    assert not Project.objects.exists()


def test_a_file_is_not_taken_from_another_site(support, row):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(support.user)
    assert send(strict, saved(workbook_of("en", projects=[row]))).status_code == 403


def test_pages_take_as_many_queries_for_many_rows_as_for_one(support, row):
    def rows(number: int, start: int):
        return [row | {"key": f"K{n}", "title": f"T{n}"} for n in range(start, start + number)]

    def queries_of(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert support.get(address).status_code == 200
        return len(queries)

    one = send(support, saved(workbook_of("en", projects=rows(1, 0)))).url
    many = send(support, saved(workbook_of("en", projects=rows(60, 1)))).url
    assert queries_of(one) == queries_of(many) <= 12
    for address in (one, many):
        support.post(address)
        support.get(address)
    assert queries_of(one) == queries_of(many) <= 6
    assert queries_of(ADDRESS) <= 8
