"""Two forms in a real Chromium, as the roles that may and may not: learning who a pseudonym is, and adding a file."""

import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import users
from casework.attachments import FOLDER
from casework.cases import opened
from casework.register import Register, decision
from casework.users import user_of
from cli.dashboard import end, serve, url
from infra.local.child import Child
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from storage.client import Store
from storage.queries.casework import matching
from tests.dashboard.test_dashboard_browser import PASSWORD, browser, pytestmark, settled  # noqa: F401
from tests.support.dashboard_cases import DISTRICT, stored_district
from tests.support.storage_cases import facts, store_records, with_keys

# A role beside the one that is tried gives the pages on which nothing must be offered.
ROLES = {"ann.forms": ["analyst"], "ben.forms": ["analyst"], "pia.forms": ["analyst", "privacy_officer"],
         "val.forms": ["viewer"], "ruth.forms": ["records_officer"], "rev.forms": ["reviewer"]}  # fmt: skip
FILE = "<img src=x onerror=alert(1)>.txt"
CONTENT = b"=1+1 as the parent wrote it"
LEARN, ADD = "Learn who a pseudonym is", "Add a file"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_keys(tmp_path_factory.mktemp("forms"))


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = stored_district(stack, f"forms_{uuid.uuid4().hex[:8]}")
    student = Fact(table="roles", key="r17", row={"userSourcedId": "p17", "role": "student"})
    store_records(store, [facts([student], 30)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def case_id(stack: Stack, store: Store, home: Path) -> str:
    """An open case about the student, shared with the viewer."""
    with Register(stack.settings(clickhouse_url=store.url, hallmonitor_home=home), store) as register:
        for name, roles in ROLES.items():
            register.write(users.added(name, roles, PASSWORD, now(), "ada", "system"))
        user = user_of(register, "ann.forms")
        assert user
        held = {"violations": ["v1abc"], "people": ["p17"]}
        made = opened(register, user, DISTRICT, "A shared login", "incident", held, now())
        shared = {"actor": "ann.forms", "role": "analyst", "district": DISTRICT, "body": {"with": "val.forms"}}
        register.write(decision(f"case:{made}", "case.shared", now(), **shared))  # type: ignore[arg-type]
    return made


@pytest.fixture(scope="module")
def served(stack: Stack, store: Store, home: Path, case_id: str) -> Iterator[Child]:
    settings = stack.settings(clickhouse_url=store.url, hallmonitor_home=home)
    with pytest.MonkeyPatch.context() as kept:
        for name in (*settings.environment(), "HALLMONITOR_HOME", "HALLMONITOR_DASHBOARD_FOLDERS"):
            kept.setenv(name, "")
        child = serve(settings, port=0)
        yield child
        end(child)


def page_of(browser: Browser, served: Child, name: str) -> Page:  # noqa: F811
    """A page of somebody who has logged in."""
    page = browser.new_context(viewport={"width": 1360, "height": 1000}).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{served.port}/login?next=/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("button")
    return page


def go(page: Page, served: Child, view: str) -> None:
    page.goto(url(served) + view)
    settled(page)


def ask(page: Page, second: bool) -> None:
    """Fill in the form of unmasking, and send it: for the open case, which is chosen before, or by a second person."""
    page.get_by_text(LEARN).click()
    page.wait_for_timeout(1_500)  # what opens still moves, and a list over it closes when it does
    ground = page.locator(".st-key-unmask_ground").get_by_role("combobox")
    expect(ground).to_have_value("case 2026-0001")
    if second:
        ground.click()
        page.get_by_role("option", name="a second person").click()
        expect(ground).to_have_value("a second person")
    page.get_by_label("Why you have to know").fill("the parents have to be called")
    page.get_by_role("button", name="Ask").click()


def test_an_analyst_learns_on_the_page_of_a_case_who_it_is_about(
    browser: Browser,  # noqa: F811
    served: Child,
    store: Store,
    case_id: str,
) -> None:
    page = page_of(browser, served, "ann.forms")
    go(page, served, f"cases?id={case_id}")
    expect(page.locator("body")).not_to_contain_text("Tessa Bell")
    ask(page, second=False)
    page.get_by_text("You see who it is.").wait_for()
    expect(page.locator("dl.hm")).to_contain_text("Tessa Bell")
    (kept,) = matching(store, kinds=("person.unmasked",), actor="ann.forms")
    assert kept.body["case"] == case_id
    page.context.close()


def test_a_second_person_agrees_on_their_page_home_and_only_who_asked_sees_it(
    browser: Browser,  # noqa: F811
    served: Child,
) -> None:
    asking, second = page_of(browser, served, "ben.forms"), page_of(browser, served, "pia.forms")
    go(asking, served, "violation?id=v1abc")
    ask(asking, second=True)
    asking.get_by_text("A second person has to agree").wait_for()
    go(asking, served, "")
    expect(asking.get_by_role("button", name="Agree that")).to_have_count(0)
    go(second, served, "")
    second.get_by_role("button", name="Agree that ben.forms learns").click()
    second.get_by_text("ben.forms may now see who").wait_for()
    go(asking, served, "violation?id=v1abc")
    expect(asking.locator("body")).to_contain_text("Tessa Bell")
    go(second, served, "violation?id=v1abc")
    expect(second.locator("body")).not_to_contain_text("Tessa Bell")
    asking.context.close()
    second.context.close()


@pytest.mark.parametrize("name", ["val.forms", "ruth.forms", "rev.forms"])
def test_who_may_not_unmask_or_add_a_file_is_offered_neither(
    browser: Browser,  # noqa: F811
    served: Child,
    case_id: str,
    name: str,
) -> None:
    page = page_of(browser, served, name)
    for view in ("", "violation?id=v1abc", f"cases?id={case_id}"):
        page.goto(url(served) + view)
        page.wait_for_selector("h1")
        page.wait_for_selector("[data-test-script-state=notRunning]")
        page.wait_for_timeout(1_500)
        for words in (LEARN, ADD, "Agree that", "Tessa Bell"):
            assert (view, words, page.get_by_text(words).count()) == (view, words, 0)
    page.context.close()


def test_a_file_is_added_to_a_case_and_stands_in_its_chain_of_custody(
    browser: Browser,  # noqa: F811
    served: Child,
    home: Path,
    case_id: str,
) -> None:
    ran: list[str] = []
    page = page_of(browser, served, "ann.forms")
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    go(page, served, f"cases?id={case_id}")
    page.get_by_text(ADD, exact=True).first.click()
    page.set_input_files("input[type=file]", {"name": FILE, "mimeType": "text/plain", "buffer": CONTENT})
    page.get_by_text(FILE[:12]).first.wait_for()
    page.get_by_label("Received from").fill("Officer <b>Reed</b>")
    page.get_by_role("button", name="Add the file").click()
    page.get_by_text("Added ").first.wait_for()
    digest = sha256(CONTENT).hexdigest()
    listed = page.get_by_role("table", name="Files")
    for words in (FILE, "Officer <b>Reed</b>", digest):
        expect(listed).to_contain_text(words)
    expect(page.get_by_role("table", name="Chain of custody")).to_contain_text(digest)
    assert (home / FOLDER / digest).read_bytes() == CONTENT
    assert ran == []
    page.context.close()


def test_the_server_takes_no_file_from_who_may_not_add_one(browser: Browser, served: Child) -> None:  # noqa: F811
    answers = {}
    for name in ("val.forms", "ruth.forms", "ann.forms"):
        page = page_of(browser, served, name)
        go(page, served, "")
        path = f"{url(served)}_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
        files = {"file": {"name": "x.txt", "mimeType": "text/plain", "buffer": CONTENT}}
        (token,) = (one["value"] for one in page.context.cookies() if one["name"] == "_streamlit_xsrf")
        answer = page.request.put(path, multipart=files, headers={"X-Xsrftoken": token})  # type: ignore[arg-type]
        answers[name] = answer.status
        page.context.close()
    assert (answers["val.forms"], answers["ruth.forms"]) == (403, 403)
    assert answers["ann.forms"] == 400  # it may add files, and has no such page open
