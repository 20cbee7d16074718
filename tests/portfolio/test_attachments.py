"""Files with a project: who adds, downloads and withdraws them, and that requests that are too large are said to be so."""

import io
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mjp.middleware import RequestSizeMiddleware
from organisation.choices import Role
from portfolio.choices import ProjectState
from portfolio.models import Attachment
from portfolio.services import add_attachment
from tests.factories import PortfolioFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db
S = ProjectState
PDF = b"%PDF-1.7 content"


@pytest.fixture
def holder(client_as):
    return client_as(Role.PORTFOLIO_HOLDER)


@pytest.fixture
def project(holder):
    return ProjectFactory.create(portfolio=PortfolioFactory.create(held_by=holder.user), in_state=S.RUNNING)


@pytest.fixture
def kept():
    """Give a function that keeps a file with a project."""

    def keep(project, name: str = "Plan.pdf", content: bytes = PDF) -> Attachment:
        by = UserFactory.create(roles=[Role.SUPPORT])
        return add_attachment(project, by=by, upload=SimpleUploadedFile(name, content))

    return keep


def send(client, project, content: bytes = PDF, name: str = "Plan.pdf", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/projects/{project.pk}/attachments", {"attachment-file": file, **fields})


def path_of(attachment: Attachment) -> Path:
    return Path(attachment.file.path)


def test_holder_adds_a_file_that_readers_download(holder, client_as, project):
    response = send(holder, project, name="Één plan.pdf")
    assert (response.status_code, response.url) == (302, f"/projects/{project.pk}#files")
    attachment = project.attachments.get()
    assert (attachment.name, attachment.size, attachment.uploaded_by) == (
        "Één plan.pdf",
        len(PDF),
        holder.user,
    )
    page = client_as(Role.REGIONAL_STAFF).get(f"/projects/{project.pk}").content.decode()
    assert f'href="/attachments/{attachment.pk}"' in page
    assert "Één plan.pdf" in page


def test_download_is_a_file_to_keep_that_no_browser_runs(holder, project, kept):
    attachment = kept(project, "Één “plan”.pdf")
    response = holder.get(f"/attachments/{attachment.pk}")
    assert response.getvalue() == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%89%C3%A9n")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_file_stands_outside_the_web_root_under_a_name_that_says_nothing(project, kept, settings):
    attachment = kept(project)
    path = path_of(attachment)
    assert path.is_relative_to(settings.DATA_DIR / "attachments")
    assert "Plan" not in str(path)
    assert path.stat().st_mode & 0o077 == 0


def test_who_does_not_see_the_project_finds_no_file(client_as, kept):
    draft, submitted = ProjectFactory.create(), ProjectFactory.create(in_state=S.SUBMITTED)
    addresses = [f"/attachments/{kept(project).pk}" for project in (draft, submitted)]
    found = {role: [client_as(role).get(address).status_code for address in addresses] for role in Role}
    assert found == {
        Role.COUNCIL_MEMBER: [404, 200],
        Role.PORTFOLIO_HOLDER: [404, 200],
        Role.REGIONAL_STAFF: [404, 200],
        Role.RCDV: [404, 404],
        Role.SUPPORT: [200, 200],
        Role.ADMIN: [403, 403],
    }


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.REGIONAL_STAFF, Role.RCDV, Role.PORTFOLIO_HOLDER])
def test_who_does_not_hold_the_portfolio_neither_adds_nor_withdraws(client_as, project, kept, role):
    client, attachment = client_as(role), kept(project)
    assert send(client, project).status_code == 403
    assert client.post(f"/attachments/{attachment.pk}/withdraw").status_code == 403
    assert [file.withdrawn_at for file in project.attachments.all()] == [None]
    page = client.get(f"/projects/{project.pk}").content.decode()
    assert "attachment-file" not in page
    assert "/withdraw" not in page


def test_withdrawn_file_is_gone_for_everybody_and_kept_on_disk(holder, client_as, project, kept):
    attachment = kept(project)
    for _click in range(2):
        response = holder.post(f"/attachments/{attachment.pk}/withdraw")
        assert (response.status_code, response.url) == (302, f"/projects/{project.pk}#files")
    attachment.refresh_from_db()
    assert attachment.withdrawn_by == holder.user
    for client in (holder, client_as(Role.SUPPORT)):
        assert client.get(f"/attachments/{attachment.pk}").status_code == 404
        assert client.get(f"/projects/{project.pk}").context["page"].attachments == []
    assert path_of(attachment).exists()


def test_missing_file_is_said_to_be_missing_and_recorded(holder, project, kept, caplog):
    attachment = kept(project)
    path_of(attachment).unlink()
    holder.cookies["django_language"] = "en"
    response = holder.get(f"/attachments/{attachment.pk}")
    assert response.status_code == 404
    assert "is not where it was kept" in response.content.decode()
    assert "can't be read" in caplog.text


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"MZ"), ("a.pdf", b""), ("a.html", PDF), ("a.svg", b"<svg/>"), ("<b>.pdf", b"<script>")],
)
def test_refused_file_is_said_at_the_field_and_nothing_is_kept(holder, project, name, content):
    response = send(holder, project, content, name)
    assert response.status_code == 422
    assert response.context["attachment_form"].errors["file"]
    assert b"<script>" not in response.content
    assert b'aria-invalid="true"' in response.content
    assert not project.attachments.exists()


def test_without_a_file_the_form_says_so(holder, project):
    response = holder.post(f"/projects/{project.pk}/attachments")
    assert response.status_code == 422
    assert response.context["attachment_form"].errors["file"]


def test_name_of_300_characters_is_kept_shorter(holder, project):
    assert send(holder, project, name="n" * 300 + ".pdf").status_code == 302
    name = project.attachments.get().name
    assert name.endswith("n.pdf")
    assert len(name) < 200


def test_file_that_is_sent_twice_is_kept_once(holder, project):
    key = {"attachment-request_key": str(uuid.uuid4())}
    for _click in range(2):
        assert send(holder, project, **key).status_code == 302
    assert project.attachments.count() == 1


def test_file_without_record_does_not_stay(holder, project, monkeypatch, settings):
    """A record that can't be stored takes its file with it."""
    folder = settings.DATA_DIR / "attachments"
    before = set(folder.rglob("*.pdf"))

    def refuse(*_arguments, **_options):
        raise RuntimeError

    monkeypatch.setattr(Attachment, "save", refuse)
    with pytest.raises(RuntimeError):
        add_attachment(project, by=holder.user, upload=SimpleUploadedFile("a.pdf", PDF))
    assert set(folder.rglob("*.pdf")) == before


@pytest.mark.parametrize("address", ["/projects/{project}/attachments", "/attachments/{file}/withdraw"])
def test_link_to_a_form_of_files_leads_to_the_project(holder, project, kept, address):
    response = holder.get(address.format(project=project.pk, file=kept(project).pk))
    assert response.status_code == 302
    assert response.url.partition("#")[0] == f"/projects/{project.pk}"


def test_number_that_no_file_has_is_not_found(holder):
    for number in (1, 10**30):
        assert holder.get(f"/attachments/{number}").status_code == 404
        assert holder.post(f"/attachments/{number}/withdraw").status_code == 404


# --- Requests that are too large ---------------------------------------------------------------------------------------


def test_request_that_is_too_large_gets_a_clear_answer_before_anything_is_kept(holder, project, settings):
    settings.LARGEST_REQUEST = 1_000
    holder.cookies["django_language"] = "en"
    with CaptureQueriesContext(connection) as queries:
        response = send(holder, project, PDF + b"x" * 2_000)
    assert response.status_code == 413
    assert "A file can be 20 MB at most" in response.content.decode()
    assert not [query for query in queries if "portfolio_" in query["sql"]]
    assert not project.attachments.exists()


def test_form_without_files_has_a_smaller_limit(holder, project, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    text = {"remark-text": "x" * 2_000}
    address = f"/projects/{project.pk}/remarks"
    plain = holder.post(
        address, f"remark-text={'x' * 2_000}", content_type="application/x-www-form-urlencoded"
    )
    assert (plain.status_code, holder.post(address, text).status_code) == (413, 413)
    assert not project.remarks.exists()


def test_form_with_too_many_fields_gets_a_clear_answer(holder, project, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    fields = {f"field{number}": "x" for number in range(20)}
    assert holder.post(f"/projects/{project.pk}/remarks", fields).status_code == 413


def test_api_says_it_as_problem(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/api/v1/objectives", b"x" * 200, content_type="application/json")
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"


def test_request_that_is_too_large_is_read_to_its_end_but_not_without_end(rf, monkeypatch, settings):
    settings.LARGEST_REQUEST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    monkeypatch.setattr(RequestSizeMiddleware, "LARGEST_READ", 1_000)
    monkeypatch.setattr("mjp.middleware.content_too_large", lambda _request: "refused")
    middleware = RequestSizeMiddleware(lambda _request: "taken")
    left = {}
    for size in (100, 500, 5_000):
        body = io.BytesIO(b"x" * size)
        request = rf.generic("POST", "/", b"", CONTENT_TYPE="text/plain", CONTENT_LENGTH=str(size))
        request._stream = body
        left[size] = (middleware(request), size - body.tell())
    assert left == {100: ("taken", 100), 500: ("refused", 0), 5_000: ("refused", 5_000)}


@pytest.mark.parametrize("length", ["", "-1", "x", "1e9"])
def test_length_that_is_no_number_is_left_to_the_server(rf, length):
    request = rf.generic("POST", "/", b"", CONTENT_LENGTH=length)
    assert RequestSizeMiddleware(lambda _request: "taken")(request) == "taken"


def test_settings_let_a_whole_file_through(settings):
    from portfolio.uploads import LARGEST_UPLOAD

    assert LARGEST_UPLOAD < settings.LARGEST_REQUEST <= LARGEST_UPLOAD + 2 * 1024 * 1024
