"""The pages of reports: who sees what, asking, publishing, withdrawing, downloading."""

import pytest

from organisation.choices import Role
from portfolio.models import AnnualReportText
from reporting.choices import JobState, ReportKind
from reporting.models import ReportJob
from reporting.services import publish_job, withdraw_job
from tests.reporting.made import CONTENT, made_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("programme", "english")]
READERS = [Role.COUNCIL_MEMBER, Role.PORTFOLIO_HOLDER, Role.REGIONAL_STAFF, Role.RCDV]
ASKED = {"kind": "annual-report", "year": "2025", "formats": ["pdf", "xlsx"], "language": "nl"}


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "reports": {**settings.STORAGES["reports"], "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def support(client_as):
    return client_as(Role.SUPPORT)


def text(response) -> str:
    return response.content.decode()


def english(client):
    client.user.language = "en"
    client.user.save()
    return client


def test_support_asks_for_a_report_in_two_formats_at_once(support):
    response = english(support).post("/reports/ask", ASKED, follow=True)
    assert "2 reports are being made" in text(response)
    assert {(job.edition.kind, job.format, job.state) for job in ReportJob.objects.all()} == {
        ("annual-report", "pdf", JobState.QUEUED),
        ("annual-report", "xlsx", JobState.QUEUED),
    }
    assert 'hx-trigger="every 2s"' in text(response)


def test_asking_twice_makes_no_second_job(support):
    for _time in range(2):
        support.post("/reports/ask", ASKED)
    assert ReportJob.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [{"kind": "no-such"}, {"year": "2031"}, {"formats": []}, {"language": "fr"}, {"kind": "annual-plan"}],
)
def test_what_is_wrong_is_said_at_the_form_and_nothing_is_asked(support, change):
    response = support.post("/reports/ask", {**ASKED, **change})
    assert response.status_code == 422
    assert "mjp-field" in text(response)
    assert "utrecht-form-field-error-message" in text(response)
    assert not ReportJob.objects.exists()


def test_progress_alone_is_given_to_htmx_and_stops_when_all_is_done(support):
    made = made_report(support.user)
    headers = {"hx-request": "true", "hx-target": "section#making"}
    done = support.get("/reports", headers=headers)
    assert "hx-trigger" not in text(done)
    assert done.headers["HX-Refresh"] == "true"
    support.post("/reports/ask", ASKED)
    making = support.get("/reports", headers=headers)
    assert text(making).count("<progress") == 2
    assert "<html" not in text(making)
    assert made.file_name not in text(making)


@pytest.mark.parametrize("role", READERS)
def test_readers_see_and_download_what_is_published_and_nothing_else(client_as, role, support):
    job, draft = made_report(support.user), made_report(support.user, ReportKind.BUDGET, is_draft=True)
    reader = client_as(role)
    assert job.file_name not in text(reader.get("/reports"))
    assert reader.get(f"/reports/{job.pk}/file").status_code == 404
    publish_job(job, by=support.user)
    page = text(reader.get("/reports"))
    assert job.sha256 in page
    assert f"/reports/{job.pk}/file" in page
    assert f"/reports/{draft.pk}" not in page
    response = reader.get(f"/reports/{job.pk}/file")
    assert b"".join(response) == CONTENT
    assert response.headers["Content-Disposition"] == f'attachment; filename="{job.file_name}"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["ETag"] == f'"{job.sha256}"'
    assert reader.get(f"/reports/{draft.pk}/file").status_code == 404
    withdraw_job(ReportJob.objects.get(pk=job.pk), "Een fout.", by=support.user)
    assert reader.get(f"/reports/{job.pk}").status_code == 404
    assert reader.get(f"/reports/{job.pk}/file").status_code == 404


@pytest.mark.parametrize("role", [*READERS, Role.ADMIN])
def test_only_support_publishes_cancels_and_withdraws(client_as, role):
    job = made_report()
    for verb in ("publish", "cancel", "withdraw"):
        assert client_as(role).post(f"/reports/{job.pk}/{verb}").status_code == 403
    assert client_as(role).post("/reports/ask", ASKED).status_code == 403
    job.refresh_from_db()
    assert job.published_at is None


def test_support_publishes_withdraws_with_a_reason_and_publishes_again(support):
    job = made_report(support.user)
    english(support)
    assert "is published" in text(support.post(f"/reports/{job.pk}/publish", follow=True))
    refused = support.post(f"/reports/{job.pk}/withdraw", {"reason": ""})
    assert refused.status_code == 422
    assert ReportJob.objects.get().is_published
    page = text(support.post(f"/reports/{job.pk}/withdraw", {"reason": "Verkeerd bedrag."}, follow=True))
    assert "Verkeerd bedrag." in page
    assert not ReportJob.objects.get().is_published
    support.post(f"/reports/{job.pk}/publish")
    assert ReportJob.objects.get().is_published


def test_a_draft_is_not_published(support):
    job = made_report(support.user, is_draft=True)
    page = text(english(support).post(f"/reports/{job.pk}/publish", follow=True))
    assert "A draft isn&#x27;t published" in page
    assert not ReportJob.objects.get().is_published


def test_what_waits_can_be_cancelled(support):
    support.post("/reports/ask", {**ASKED, "formats": ["pdf"]})
    job = ReportJob.objects.get()
    support.post(f"/reports/{job.pk}/cancel")
    assert ReportJob.objects.get().state == JobState.CANCELLED
    assert job.file_name in text(support.get("/reports"))


def test_a_file_that_the_storage_lost_is_said_so(support, tmp_path):
    job = made_report(support.user)
    (tmp_path / job.file.name).unlink()
    response = english(support).get(f"/reports/{job.pk}/file")
    assert response.status_code == 503
    assert "doesn’t give it" in text(response)


def test_the_texts_of_an_annual_report_are_written_and_a_stale_form_is_refused(support):
    page = text(support.get("/reports/texts/2025"))
    assert page.count("<textarea") == 5
    support.post("/reports/texts/2025", {"foreword": "Beste lezer", "outlook": "Verder."})
    assert AnnualReportText.objects.get().foreword == "Beste lezer"
    stale = english(support).post("/reports/texts/2025", {"foreword": "Anders"})
    assert stale.status_code == 422
    assert "Someone else changed the texts" in text(stale)
    assert "Anders" in text(stale)
    assert AnnualReportText.objects.get().foreword == "Beste lezer"
    assert support.get("/reports/texts/2031").status_code == 404


def test_nothing_published_says_what_to_do(client_as, support):
    assert "Ask for a report below" in text(english(support).get("/reports"))
    assert "Programme support publishes" in text(english(client_as(Role.RCDV)).get("/reports"))
