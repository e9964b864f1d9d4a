import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sims.reports.media import VIDEO, Media, folder_of, media_in
from sims.reports.page import page_html, write_report
from sims.reports.stages import FLOW

VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """What a page is made of, in order."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += f"{data} "


@pytest.fixture
def failing(report, result, made):
    lost = result(
        index=1,
        success=False,
        stage="plan",
        reason="UNREACHABLE",
        message="no <b>path</b> & no way",
        touched=("green button",),
        clipped=2,
        peak_jerk=12.34,
    )
    return report([result(index=0), lost], [made])


def test_the_page_is_whole_and_asks_nothing_of_a_network(failing):
    html = page_html(failing, {})
    page = Page(html)
    assert page.open == []
    assert "http:" not in html
    assert "https:" not in html
    assert not {"script", "iframe", "object"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        for name in ("src", "href"):
            assert re.match(r"#|data:,|$", attributes.get(name) or "")
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_tells_the_failure_before_the_tables_and_what_is_in_it(failing):
    html = page_html(failing, {})
    assert html.index('id="failures"') < html.index('id="tasks"')
    assert "no &lt;b&gt;path&lt;/b&gt; &amp; no way" in html
    text = Page(html).text
    for told in ("UNREACHABLE", "green button", "1 of 2", "12.3", "voxfield", *FLOW):
        assert told in text


def test_what_a_person_did_to_an_episode_is_told_with_it(report, result):
    done = "2.3 s: shift, fork, 0.08"
    text = Page(page_html(report([result(disturbed=(done,))]), {})).text
    assert f"every sub-task was carried out; {done}" in text


def test_every_link_within_the_page_leads_somewhere(failing):
    tags = Page(page_html(failing, {})).tags
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    links = [attributes.get("href", "") for tag, attributes in tags if tag == "a"]
    assert len(links) > 3
    assert {link[1:] for link in links} <= ids


def test_a_keyboard_reaches_all_that_scrolls_and_dark_is_provided_for(failing):
    html = page_html(failing, {})
    for tag, attributes in Page(html).tags:
        if tag == "div" and attributes.get("class") == "scroll":
            assert attributes["tabindex"] == "0"
            assert attributes["aria-label"]
    assert "prefers-color-scheme: dark" in html
    assert ":focus-visible" in html


def test_films_and_pages_are_shown_where_they_are_there(failing, tmp_path):
    lost = failing.failed[0]
    folder = tmp_path / folder_of(lost)
    folder.mkdir()
    (folder / VIDEO).touch()
    assert media_in(tmp_path) == {folder.name: Media(video=f"{folder.name}/{VIDEO}")}
    write_report(failing, tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert f'src="push-button-001/{VIDEO}"' in page
    assert "Page of the episode" not in page
    assert "otherwise" not in page
    (tmp_path / "filmed.jsonl").write_text(
        f'{{"folder": "{folder.name}", "same": false}}\n'
    )
    write_report(failing, tmp_path)
    assert "otherwise" in (tmp_path / "report.html").read_text()


def test_what_would_mislead_is_told_first(failing, made):
    dirty = replace(failing, made_with=(made, replace(made, dirty=True)))
    page = page_html(dirty, {})
    assert "changes that its revision does not hold" in page
    assert "other conditions: 2" in page
    assert 'class="note"' not in page_html(failing, {})
    assert "not recorded" in page_html(replace(failing, made_with=()), {})


def test_a_page_without_failures_says_nothing_of_them(report, result, made):
    page = page_html(report([result()], [made]), {})
    assert 'id="failures"' not in page
    assert "#failures" not in page


def test_a_suite_with_a_published_table_shows_it(report, result, made):
    won = result("SI-SA/push-line")
    page = page_html(report([won], [made], suite="voxposer-blocks"), {})
    assert 'id="groups"' in page
    assert "VoxPoser" in page
