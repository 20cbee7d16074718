"""Whatever stands in a text that people wrote, making a PDF of it opens no address and no file but our own."""

import socket
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from organisation.markdown import render_markdown
from reporting.choices import ReportKind
from reporting.content import PillarText
from reporting.rendering import render_body, render_pdf
from reporting.rendering.own_files import OWN_FILES, NotOurOwn, OwnFilesFetcher, find_own_file
from reporting.rendering.pdf import html_to_pdf
from tests.reporting.example import example_edition


@pytest.fixture
def listener():
    """A server that someone would like to have called; gives its address, and fails when it was."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture
def secret(tmp_path):
    """A file that is none of ours, with a drawing that can be told from all others."""
    file = tmp_path / "secret.svg"
    file.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text y="9">SECRET</text></svg>'
    )
    return file


def _texts(listener, secret) -> list[str]:
    return [
        f"<img src={secret.as_uri()}>",
        f"![beeld]({listener}/image)",
        f"![beeld]({secret.as_uri()})",
        f"[x]({secret.as_uri()})",
        f"<style>body {{ background: url({listener}/css) }}</style>",
        f'<div style="background: url({listener}/style)">x</div>',
        f'<link rel="stylesheet" href="{listener}/sheet"><link rel="attachment" href="{secret.as_uri()}">',
        f"<svg><image href='{listener}/svg'/></svg>",
    ]


def test_texts_of_a_report_fetch_nothing(listener, secret):
    text = "\n\n".join(_texts(listener, secret))
    edition = example_edition(ReportKind.ANNUAL_REPORT)
    content = replace(
        edition.content,
        introduction=text,
        outlook=text,
        pillar_texts=(PillarText(1, text, text),),
        projects=tuple(
            replace(one, title=text, reason=text, aim=text) for one in edition.content.projects[:1]
        ),
        planning=None,
        decisions=(),
        contributions=None,
        coverage=(),
    )
    edition = replace(edition, content=content)
    made = render_pdf(edition, "nl")
    assert b"SECRET" not in made
    assert "SECRET" not in "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages)
    body = render_body(edition, "nl")
    assert "<img" not in body
    assert "<style>body" not in body
    assert '<a href="file:' not in body


def test_even_markup_of_our_own_fetches_nothing_but_our_own_files(listener, secret):
    far, near = f"{listener}/x", secret.as_uri()
    elements = "".join(
        f'<img src="{address}" alt="x"><object data="{address}"></object><embed src="{address}">'
        f'<link rel="stylesheet" href="{address}"><link rel="attachment" href="{address}">'
        f'<a rel="attachment" href="{address}">x</a><iframe src="{address}"></iframe>'
        f'<svg width="9" height="9"><image href="{address}" width="9" height="9"/><use href="{address}#a"/></svg>'
        f'<p style="background: url({address}); list-style: url({address})">x</p>'
        f'<style>@import "{address}"; @font-face {{ font-family: f; src: url({address}) }} p {{ content: url({address}) }}</style>'
        for address in (far, near, f"{OWN_FILES}../src/app.css", "data:text/css,p{color:red}")
    )
    html = f'<html lang="nl"><head><title>x</title></head><body><h1>Kop</h1>{elements}</body></html>'
    made = html_to_pdf(html)
    read = pypdf.PdfReader(BytesIO(made))
    assert "Kop" in read.pages[0].extract_text()
    assert "SECRET" not in "".join(page.extract_text() for page in read.pages)
    assert list(read.attachments) == []


def test_only_style_sheets_fonts_and_drawings_within_our_own_folders_are_given(settings, tmp_path):
    outside = tmp_path / "outside.css"
    outside.write_text("p { color: red }")
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "own.css").write_text("p { color: green }")
    (folder / "app.js").write_text("alert(1)")
    (folder / "link.css").symlink_to(outside)
    settings.STATICFILES_DIRS = [folder]
    fetcher = OwnFilesFetcher()
    assert fetcher(f"{OWN_FILES}own.css").read() == b"p { color: green }"
    assert find_own_file(f"{OWN_FILES}own.css?v=1#x") == folder / "own.css"
    for address in (
        f"{OWN_FILES}../outside.css",
        f"{OWN_FILES}%2e%2e/outside.css",
        f"{OWN_FILES}..%2foutside.css",
        f"{OWN_FILES}{outside}",
        f"{OWN_FILES}/{outside}",
        f"{OWN_FILES}link.css",
        f"{OWN_FILES}app.js",
        f"{OWN_FILES}gone.css",
        OWN_FILES,
        outside.as_uri(),
        (folder / "own.css").as_uri(),
        "http://own-files.invalid/own.css",
        "https://own-files.invalid.example.org/own.css",
        "data:text/css,p{}",
        "ftp://127.0.0.1/x",
    ):
        with pytest.raises(NotOurOwn):
            fetcher(address)
    assert len(fetcher.refused) == 15


@pytest.mark.parametrize("scheme", ["file", "javascript", "data", "ftp"])
def test_links_in_texts_lead_to_web_and_mail_alone(scheme):
    assert f'href="{scheme}' not in render_markdown(f"[x]({scheme}:///etc/passwd) <{scheme}:///etc/passwd>")
