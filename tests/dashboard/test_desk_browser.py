"""The pages of the desk in a real Chromium, behind the login: a heading, a title, and nothing that axe finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from casework import users
from casework.register import Register
from cli.dashboard import end, serve, url
from infra.local.child import Child
from infra.local.stack import Stack
from model.clock import now
from storage.client import Store
from tests.dashboard.test_dashboard_browser import PASSWORD, WCAG, browser, pytestmark  # noqa: F401
from tests.dashboard.test_dashboard_desk import home, store  # noqa: F401

PAGES = ("", "searches", "retention", "ledger", "users", "disclosures", "requests", "incidents")
NAME = "all.desk"


@pytest.fixture(scope="module")
def served(stack: Stack, store: Store, home: Path) -> Iterator[Child]:  # noqa: F811
    settings = stack.settings(clickhouse_url=store.url, hallmonitor_home=home)
    with pytest.MonkeyPatch.context() as kept:
        for name in (*settings.environment(), "HALLMONITOR_HOME", "HALLMONITOR_DASHBOARD_FOLDERS"):
            kept.setenv(name, "")
        with Register(settings, store) as register:
            roles = ["reviewer", "records_officer", "privacy_officer", "administrator"]
            register.write(users.added(NAME, roles, PASSWORD, now(), "ada", "system"))
        child = serve(settings, port=0)
        yield child
        end(child)


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_desk_can_be_used_by_everybody(
    browser: Browser,  # noqa: F811
    served: Child,
    width: int,
    scheme: str,
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"http://127.0.0.1:{served.port}/login?next=/login")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("button")
    for view in PAGES:
        page.goto(url(served) + view)
        page.wait_for_selector("table.hm, .hm-empty", state="attached")
        page.wait_for_selector("[data-test-script-state=notRunning]")
        page.wait_for_timeout(1_500)
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [(view, one["id"], one["nodes"][0]["html"]) for one in found] == []
        expect(page.locator("h1")).to_have_count(1)
        assert page.title().endswith(" · Hall Monitor")
        assert (view, page.evaluate("document.documentElement.scrollWidth")) == (view, width)
    context.close()
