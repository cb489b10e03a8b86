"""The page Incidents in a real Chromium: opened, scoped, answered, handed out by who may; axe in every theme."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pypdf import PdfReader

from casework import users
from casework.exports.checked import Keys, check_folder
from casework.holds import standing
from casework.incidents.incident import Signed, incidents, opened
from casework.register import Register
from cli.dashboard import end, serve, url
from infra.local.child import Child
from infra.local.stack import Stack
from model.clock import now
from storage.client import Store
from storage.queries.casework import matching
from tests.casework.test_incident_commands import event_of
from tests.casework.test_incidents import PHISHED
from tests.dashboard.test_dashboard_browser import CHROMIUM, FLAGS, PASSWORD
from tests.support.incident_cases import DISTRICT, district_facts
from tests.support.storage_cases import events, facts, fresh_store, store_records, with_keys

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium here: apt-get install chromium"),
]
PRUE, ANA = "prue.page", "ana.page"
DISCOVERED = datetime(2026, 3, 6, 14, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    made = fresh_store(stack, f"incident_page_{uuid.uuid4().hex[:8]}")
    store_records(made, [facts(district_facts(), 1), events([event_of(one) for one in PHISHED], 2)])
    yield made
    made.close()


@pytest.fixture(scope="module")
def served(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    settings = stack.settings(
        clickhouse_url=store.url, hallmonitor_home=with_keys(tmp_path_factory.mktemp("incident_page"))
    )
    with pytest.MonkeyPatch.context() as kept:
        for name in (*settings.environment(), "HALLMONITOR_HOME", "HALLMONITOR_DASHBOARD_FOLDERS"):
            kept.setenv(name, "")  # `serve` sets them for its child; what they were comes back
        with Register(settings, store) as register:
            for name, role in ((PRUE, "privacy_officer"), (ANA, "analyst")):
                register.write(users.added(name, [role], PASSWORD, now(), "ada", "administrator"))
            told = {"district": DISTRICT, "kind": "account", "subject": "tbell"}
            told |= {"discovered_by": "Tess Bell", "text": "Clicked a <b>link</b>"}
            for event in opened(told, DISCOVERED, Signed(PRUE, "privacy_officer", now())):
                register.write(event)
        child = serve(settings, port=0)
        yield child
        end(child)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=90_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    expect.set_options(timeout=5_000)


def logged_in(browser: Browser, served: Child, name: str, width: int = 1360, scheme: str = "light") -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{url(served)}login?next=/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("button")
    return page


def test_a_privacy_officer_opens_an_incident_on_the_page(browser: Browser, served: Child, store: Store) -> None:
    page = logged_in(browser, served, PRUE)
    page.goto(url(served) + "incidents")
    expect(page.locator("h1.hm")).to_have_text("Incidents")
    page.get_by_text("Open an incident").click()
    page.get_by_label("Which one").fill("ipad-7")
    page.get_by_label("by whom").fill("Ana Ruiz")
    page.get_by_label("What is known, in your words").fill("Left on the bus")
    page.get_by_role("button", name="Open and place a hold").click()
    expect(page.locator("h1.hm")).to_have_text("Incident: account ipad-7")
    expect(page.get_by_text("Close the incident")).to_be_visible()  # nothing is counted or decided, and it is all there
    assert page.get_by_text("This page failed").count() == 0
    found = {one.subject: one for one in incidents(store, DISTRICT)}["ipad-7"]
    assert (found.opened_by, found.discovered_by, found.text) == (PRUE, "Ana Ruiz", "Left on the bus")
    assert any(one.hold_id == found.hold_id for one in standing(store, DISTRICT))
    page.context.close()


def test_a_privacy_officer_scopes_answers_and_takes_the_letters(
    browser: Browser, served: Child, store: Store, tmp_path: Path
) -> None:
    page = logged_in(browser, served, PRUE)
    (known,) = (one for one in incidents(store, DISTRICT) if one.subject == "tbell")
    page.goto(f"{url(served)}incidents?id={known.incident_id}")
    expect(page.locator("h1.hm")).to_have_text("Incident: account tbell")
    expect(page.get_by_text("Clicked a <b>link</b>")).to_be_visible()
    expect(page.get_by_text("Mar 5, 2026, 2:14:00 AM CST").first).to_be_visible()
    expect(page.get_by_text("People: 1 to 3")).to_be_visible()

    page.get_by_text("Answer a question").click()
    page.get_by_text("yes", exact=True).first.click()
    page.get_by_label("On what it rests").fill("Read the export")
    page.get_by_role("button", name="Sign the answer").click()
    expect(page.get_by_text("Read the export").first).to_be_visible()
    (known,) = (one for one in incidents(store, DISTRICT) if one.subject == "tbell")
    assert [(one.answer, one.by) for one in known.answers.values()] == [(True, PRUE)]

    whole = page.context.request.get(f"{url(served)}download/letters.zip?id={known.incident_id}", timeout=90_000)
    assert whole.ok, whole.text()
    zipfile.ZipFile(io.BytesIO(whole.body())).extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert check_folder(folder, Keys()).intact
    assert (folder / "ma-resident.pdf").exists()
    printed = page.context.request.get(f"{url(served)}download/incident.pdf?id={known.incident_id}", timeout=90_000)
    assert "Possible from" in PdfReader(io.BytesIO(printed.body())).pages[0].extract_text()
    looks = {one.body["how"] for one in matching(store, kinds=("search.made",), actor=PRUE)}
    assert {"incident", "letters", "timeline"} <= looks
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1360, "light"), (390, "light"), (1360, "dark"), (390, "dark")])
def test_the_pages_pass_axe(browser: Browser, served: Child, store: Store, width: int, scheme: str) -> None:
    page = logged_in(browser, served, PRUE, width, scheme)
    known = incidents(store, DISTRICT)[0]
    for path in ("incidents", f"incidents?id={known.incident_id}"):
        page.goto(url(served) + path)
        page.wait_for_selector("h1.hm")
        expect(page.get_by_text("Open an incident" if path == "incidents" else "Close the incident")).to_be_visible()
        page.wait_for_timeout(2_000)
        found = Axe().run(page)
        assert found.violations_count == 0, json.dumps(found.response["violations"])[:2000]
        assert page.get_by_text("Page not found").count() == 0
        assert page.locator("h1").count() == 1
    page.context.close()


def test_an_analyst_sees_no_incident_and_takes_none(browser: Browser, served: Child, store: Store) -> None:
    page = logged_in(browser, served, ANA)
    page.goto(url(served) + "incidents")
    page.wait_for_timeout(5_000)
    assert "Clicked a" not in page.content()
    for one in incidents(store, DISTRICT):
        for name in ("incident.pdf", "letters.zip"):
            answer = page.context.request.get(f"{url(served)}download/{name}?id={one.incident_id}")
            assert answer.status == 404
    page.context.close()
