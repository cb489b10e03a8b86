"""The dashboard in a real Chromium: addresses that carry state, the drag that zooms, hostile text, a server away."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from pypdf import PdfReader

from casework import users
from casework.register import Register
from cli.dashboard import end, serve, url
from dashboard.local_time import Wall
from dashboard.parts.clock_list import clock_table
from dashboard.parts.source_list import source_table
from dashboard.stylesheet import screen
from infra.local.child import Child
from infra.local.stack import Stack
from model.clock import now
from storage.client import Unavailable, connect
from storage.queries.sources import Source, Spell
from tests.storage.test_sink import until
from tests.support.dashboard_cases import stored_district
from tests.support.storage_cases import with_keys

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium here: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def served(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    store = stored_district(stack, "test_browser")
    settings = stack.settings(
        clickhouse_url=store.url, hallmonitor_home=with_keys(tmp_path_factory.mktemp("dashboard"))
    )
    with pytest.MonkeyPatch.context() as kept:
        for name in (*settings.environment(), "HALLMONITOR_HOME", "HALLMONITOR_DASHBOARD_FOLDERS"):
            kept.setenv(name, "")  # `serve` sets them for its child; what they were comes back
        with Register(settings, store) as register:
            register.write(users.added("ann.browser", ["analyst", "administrator"], PASSWORD, now(), "ada", "system"))
        child = serve(settings, port=0)
        yield child
        end(child)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, served: Child) -> Iterator[Page]:
    """A page of somebody who has logged in."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, timezone_id="Europe/Berlin")
    yield logged_in(context, served)
    context.close()


def logged_in(context: BrowserContext, served: Child) -> Page:
    """A new page, after the name and the password; it waits long, for a machine that is busy."""
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"http://127.0.0.1:{served.port}/login?next=/login")
    page.fill("#name", "ann.browser")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("button")
    return page


def settled(page: Page) -> None:
    """Until the page is whole: there is its table or its word for none, nothing runs, nothing is dimmed or moves."""
    page.wait_for_selector("table.hm, .hm-empty, p.hm", state="attached")
    page.wait_for_selector("[data-test-script-state=notRunning]")
    page.wait_for_function("""() => {
        const now = document.querySelectorAll('[data-stale=true]').length + '|' + document.body.innerHTML.length;
        const since = window.hmSettled?.at ?? 0;
        if (window.hmSettled?.seen !== now) window.hmSettled = {seen: now, at: Date.now()};
        return now.startsWith('0|') && window.hmSettled.seen === now && since && Date.now() - since > 1500;
    }""")


def test_no_hostile_text_runs_or_asks_for_anything(page: Page, served: Child) -> None:
    ran: list[str] = []
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(urlsplit(request.url).netloc)

    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", note)
    for path in (
        "",
        "violations",
        "violation?id=v1abc",
        "timeline?subject=account:tbell",
        "sources",
        "search?q=*evil*",
    ):
        page.goto(url(served) + path)
        settled(page)
    assert ran == []
    assert {one for one in asked if one} == {urlsplit(url(served)).netloc}


def test_the_search_box_leads_to_a_timeline_and_its_address_can_be_sent(page: Page, served: Child) -> None:
    page.goto(url(served))
    page.get_by_placeholder("Person, account").fill("bell")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.click("table.hm a >> text=p17")
    page.wait_for_url("**/timeline?**")
    expect(page.locator("h1.hm")).to_have_text("Person p17")
    sent = page.url
    page.goto("about:blank")
    page.goto(sent)
    expect(page.locator("h1.hm")).to_have_text("Person p17")


def test_dragging_over_the_axis_narrows_the_times_in_the_address(page: Page, served: Child) -> None:
    page.goto(url(served) + "timeline?subject=account:tbell")
    chart = page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first
    chart.wait_for()
    settled(page)
    box = chart.bounding_box()
    assert box
    middle = box["y"] + box["height"] * 0.45
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.move(box["x"] + box["width"] + 20, middle, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=2026-03-04**")
    asked = parse_qs(urlsplit(page.url).query)
    assert "2026-03-04T09:00" < asked["from"][0] < "2026-03-04T09:20"  # local time, whatever zone the browser is in
    page.wait_for_selector("text=1 record")


def test_the_csv_of_a_timeline_cannot_calculate(page: Page, served: Child, tmp_path: Path) -> None:
    page.goto(url(served) + "timeline?subject=account:tbell")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download all as CSV").click()
    started.value.save_as(tmp_path / "timeline.zip")
    with zipfile.ZipFile(tmp_path / "timeline.zip") as archive:
        body = archive.read("timeline-tbell.csv")
        told = json.loads(archive.read("timeline-tbell.csv.manifest.json"))
    assert (told["rows"], told["sha256"]) == (2, hashlib.sha256(body).hexdigest())
    assert body.count(b"\r\n") == 3
    assert b"\"'=HYPERLINK" in body
    assert b'"=' not in body


def test_the_pdf_of_a_violation_is_a_click_away(page: Page, served: Child, tmp_path: Path) -> None:
    page.goto(url(served) + "violation?id=v1abc")
    with page.expect_download() as started:
        page.get_by_role("link", name="PDF to print").click()
    started.value.save_as(tmp_path / "finding.pdf")
    said = PdfReader(tmp_path / "finding.pdf").pages[0].extract_text()
    assert "The records that prove it" in said


VIEWS = (
    "reports",
    "",
    "violations",
    "violation?id=v1abc",
    "violation?id=nothing",
    "timeline?subject=account:tbell",
    "timeline",
    "sources",
    "search?q=bell",
)
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(browser: Browser, served: Child, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = logged_in(context, served)
    for view in VIEWS:
        page.goto(url(served) + view)
        settled(page)
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [(view, one["id"], one["nodes"][0]["html"]) for one in found] == []
        expect(page.locator("h1")).to_have_count(1)
        assert page.title().endswith(" · Hall Monitor")
        expect(page.locator("[data-testid=stMainMenu]")).to_have_count(0)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert (view, wide) == (view, width)
    context.close()


def sources_on_a_laptop(browser: Browser) -> Page:
    """What the page of sources shows of one source and of its clocks, as wide as on a screen of 1360."""
    told: dict[str, Any] = {"products": ["windows_security", "google_workspace"], "categories": ["auth", "device"]}
    counts = {"read": 1_234_567, "records": 1_234_567, "sign_ins": 30, "computers": 9, "off": 9}
    early = Source(
        district="d", source_id="annex-pcs", last_at="2026-02-10T17:24:00.000Z", ended=True, **told, **counts
    )
    silent = Spell("d", "annex-pcs", "2026-02-10T17:24:00.000Z", None)
    shown = source_table([early], {"annex-pcs": silent}, Wall("America/Chicago"), now())
    page = browser.new_page(viewport={"width": 1210, "height": 900})
    page.set_content(f"<body style='margin: 0; font-family: sans-serif'>{screen(False)}{shown}{clock_table([early])}")
    return page


def test_no_column_of_the_sources_is_cut_on_a_laptop(browser: Browser) -> None:
    page = sources_on_a_laptop(browser)
    cut = "[...document.querySelectorAll('.hm-scroll')].map(one => one.scrollWidth - one.clientWidth)"
    assert page.evaluate(cut) == [0, 0]


def test_what_is_said_below_the_clocks_stands_off_their_table(browser: Browser) -> None:
    table, note = (sources_on_a_laptop(browser).locator(one).last.bounding_box() for one in ("table.hm", "p.hm"))
    assert table
    assert note
    assert note["y"] - (table["y"] + table["height"]) >= 10


def test_a_filter_stands_in_the_address(page: Page, served: Child) -> None:
    page.goto(url(served) + "violations")
    page.wait_for_selector("table.hm-queue")
    page.get_by_role("button", name="suppressed").click()
    page.wait_for_url("**status=suppressed**")
    expect(page.locator("table.hm-queue tbody tr")).to_have_count(2)


def answers(stack: Stack) -> bool:
    try:
        connect(stack.settings()).close()
    except Unavailable:
        return False
    return True


def test_when_clickhouse_is_killed_the_page_says_so_and_recovers(page: Page, served: Child, stack: Stack) -> None:
    page.goto(url(served) + "violations")
    page.wait_for_selector("table.hm-queue")
    stack.kill("clickhouse")  # the supervisor starts it again at once; until then nothing answers
    page.reload()
    page.wait_for_selector("table.hm-queue, .stAlert")
    page.wait_for_selector("[data-test-script-state=notRunning]")  # a later question may still find nobody there
    if page.locator(".stAlert").count():
        expect(page.locator(".stAlert")).to_contain_text("ClickHouse does not answer")
        until(lambda: answers(stack), seconds=90)
        page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("table.hm-queue")
