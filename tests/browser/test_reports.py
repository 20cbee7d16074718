"""Support builds and adopts a plan, asks for its PDF and Excel, watches, publishes; the RCDV downloads both."""

import hashlib
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from organisation.choices import Role
from portfolio.choices import Outcome
from portfolio.models import AnnualPlan
from reporting.models import ReportJob
from reporting.services import run_job
from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import violations
from tests.factories import UserFactory, decide


@pytest.fixture
def decision(programme):
    support = UserFactory.create(roles=[Role.SUPPORT])
    return decide(outcome=Outcome.ANNUAL_PLAN, by=support, meeting_on=timezone.localdate())


def test_from_the_first_word_of_a_plan_to_the_files_of_the_rcdv(new_page, decision, tmp_path: Path):
    page = new_page(as_role=Role.SUPPORT, language="en", bypass_csp=True)
    page.set_default_timeout(30_000)
    page.goto("/annual-plans/2027")
    page.get_by_role("button", name="Begin the annual plan 2027").click()
    expect(page.get_by_role("heading", name="What still lacks")).to_be_visible()
    page.get_by_role("link", name="Write the texts").click()
    page.get_by_label("Introduction").fill("In 2027 bouwen we verder.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("In 2027 bouwen we verder.")).to_be_visible()
    page.get_by_role("button", name="The plan is aligned").click()
    page.get_by_label("Decision that adopts the annual plan").select_option(str(decision.pk))
    page.get_by_role("button", name="Adopt the plan").click()
    expect(page.get_by_text("frozen as you saw it")).to_be_visible()
    assert not violations(page)
    page.get_by_role("link", name="Make it as PDF or Excel, and publish it").click()
    page.get_by_label("Year", exact=True).select_option("2027")
    page.get_by_label("Language").select_option("nl")
    page.get_by_label("Excel").check()
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("progressbar")).to_have_count(2)
    assert not violations(page)
    for job in ReportJob.objects.order_by("pk"):
        # What the worker does with the message that it gets.
        assert run_job(job.pk)
    # Without a reload by hand: the page sees that all is ready.
    expect(page.get_by_role("heading", name="Ready, not published")).to_be_visible()
    for name in ("MJP-jaarplan-2027-v1.0.xlsx", "MJP-jaarplan-2027-v1.0.pdf"):
        page.get_by_role("listitem").filter(has_text=name).get_by_role("button", name="Publish").click()
        expect(page.get_by_text(f"“{name}” is published.")).to_be_visible()

    reader = new_page(as_role=Role.RCDV, language="en", viewport=PHONE, bypass_csp=True)
    reader.goto("/reports")
    links = reader.get_by_role("link").filter(has_text=", Dutch")
    expect(links).to_have_count(2)
    names = set()
    for link in links.all():
        with reader.expect_download() as download:
            link.click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert ReportJob.objects.filter(sha256=hashlib.sha256(saved.read_bytes()).hexdigest()).exists()
        names.add(saved.name)
    assert names == {"MJP-jaarplan-2027-v1.0.pdf", "MJP-jaarplan-2027-v1.0.xlsx"}
    assert not violations(reader)
    assert AnnualPlan.objects.get().is_adopted
