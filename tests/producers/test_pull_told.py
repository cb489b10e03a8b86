"""`pull:` of district.yaml: every mistake is named with its key before anything is fetched."""

from datetime import timedelta
from pathlib import Path

import pytest

from model.district import Pull, load_district
from model.mistake import Mistake
from producers.catalog import PRODUCTS
from producers.district_folder import folder_mistakes, open_district
from producers.pull.client import http
from producers.pull.setup import puller_of
from producers.source import sources_of
from producers.transports.spool import Spool
from tests.support.pulling import BASE, Clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("s3cret")
    return tmp_path


def mistakes(folder: Path, product: str, pull: str) -> list[str]:
    (folder / "district.yaml").write_text(BASE.format(product=product, pull=pull))
    found, _ = folder_mistakes(folder)
    return [f"{one.key}: {one.problem}" for one in found]


def test_what_is_right_has_no_mistake_and_the_usual_rest(folder: Path) -> None:
    assert mistakes(folder, "okta", "{url: https://maplefalls.okta.example, secret_file: secret}") == []
    pull = open_district(folder).district.sources[0].pull
    assert pull == Pull(url="https://maplefalls.okta.example", secret_file="secret", every=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("product", "pull", "said"),
    [
        ("squid", "{secret_file: secret}", "sources.0.pull: squid cannot be pulled"),
        ("okta", "{secret_file: secret}", "sources.0.pull.url: okta needs it"),
        ("okta", "{url: https://a.example, secret_file: none}", "sources.0.pull.secret_file: "),
        ("okta", "{url: https://a.example, secret_file: empty}", "holds no secret"),
        ("okta", "{url: https://a.example, secret_file: secret, feeds: [log]}", "did you mean logs?"),
        ("okta", "{url: https://a.example, secret_file: secret, tenant: x}", "sources.0.pull.tenant: means nothing"),
        ("okta", "{url: http://a.example, secret_file: secret}", "must look like https://"),
        ("okta", "{url: 'https://u:p@a.example', secret_file: secret}", "must look like https://"),
        ("okta", "{url: https://a.example, secret_file: secret, every: PT5S}", "must lie between PT1M and P1D"),
        ("okta", "{url: https://a.example, secret: abc}", "sources.0.pull.secret"),
        ("entra_id", "{secret_file: secret, tenant: x}", "sources.0.pull.client_id: entra_id needs it"),
        ("google_workspace", "{secret_file: secret}", "sources.0.pull.subject: google_workspace needs it"),
    ],
)
def test_a_mistake_is_named_with_its_key(folder: Path, product: str, pull: str, said: str) -> None:
    (folder / "empty").write_text(" \n")
    assert [one for one in mistakes(folder, product, pull) if said in one]


def test_a_source_either_listens_or_is_pulled(folder: Path) -> None:
    pull = "{url: https://a.example, secret_file: secret}\n    listen: {syslog: 'udp://127.0.0.1:5514'}"
    assert "sources.0.pull: the source says listen, too; keep one of them" in mistakes(folder, "okta", pull)


def test_a_secret_itself_has_no_place_in_district_yaml(folder: Path) -> None:
    found = load_district(BASE.format(product="okta", pull="{secret_file: secret, token: 00abc}").encode())
    assert isinstance(found, list)
    assert all(isinstance(one, Mistake) and "00abc" not in str(one) for one in found)


def test_the_first_pull_reaches_back_no_farther_than_a_record_keeps_its_time(folder: Path) -> None:
    pull = "{url: http://127.0.0.1:1, secret_file: secret, since: 2025-01-01}"
    (folder / "district.yaml").write_text(BASE.format(product="okta", pull=pull))
    source = sources_of(open_district(folder).district, folder, folder / "home")[0]
    with http() as client:
        made = puller_of(source, folder, client, Clock(), Clock().wait, Spool(source.folder))
    assert made._begin == Clock()() - 29 * 86_400_000


def test_products_that_are_pulled_say_where_their_vendor_is_or_ask_for_it() -> None:
    for product in PRODUCTS.values():
        if product.pull:
            assert product.pull.url or "url" in product.pull.keys
