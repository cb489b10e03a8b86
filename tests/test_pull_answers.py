"""What no vendor should answer, and no secret file should hold: one feed fails, in words that anybody may read."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from structlog.testing import capture_logs

from model.district import Pull
from producers.pull.client import http, post_form
from producers.pull.failure import PullFailed, plain
from producers.pull.told import secret_of
from producers.source import Source
from tests.pulling import Clock, okta, pull, source_of
from tests.vendor_server import OKTA_TOKEN, SECRET, Reply, VendorServer, vendor_server


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    with vendor_server() as server:
        server.records["logs"] = [okta(n, n) for n in range(10)]
        yield server


@pytest.fixture
def source(tmp_path: Path, vendors: VendorServer) -> Source:
    return source_of(tmp_path, "okta", vendors)


def following(link: str) -> Reply:
    """An empty page that names the next."""
    return Reply(200, b"[]", {"Link": f'<{link}>; rel="next"'})


# Secrets


@pytest.mark.parametrize("secret", [f"{OKTA_TOKEN}\nmade by Mary", f"{OKTA_TOKEN}\0", f"a\x1b{OKTA_TOKEN}"])
def test_a_token_of_several_lines_is_refused_before_it_is_sent(tmp_path: Path, secret: str) -> None:
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(PullFailed, match="one line") as failed:
        secret_of(Pull(secret_file="secret"), tmp_path, "okta_token")
    assert OKTA_TOKEN not in str(failed.value)


def test_the_key_of_a_service_account_has_several_lines(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('{\n"client_email": "a"\n}\n')
    assert secret_of(Pull(secret_file="secret"), tmp_path, "service_account") == '{\n"client_email": "a"\n}'


def test_a_token_that_no_header_can_hold_is_neither_sent_nor_shown(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    (tmp_path / "secret").write_text(f"{OKTA_TOKEN}é")
    with capture_logs() as logged:
        said = pull(source, tmp_path, Clock())
    kept = b"".join(path.read_bytes() for path in source.folder.iterdir())
    assert "no header can hold" in said[0]
    assert OKTA_TOKEN not in f"{said}{logged}{kept!r}"
    assert vendors.asked == []


HARD = 's3cret of "the" test+/='


@pytest.mark.parametrize(
    "written",
    [
        quote_plus(HARD),
        quote_plus(HARD).replace("2B%2F%3D", "2b%2f%3d"),
        json.dumps(HARD),
        json.dumps(HARD).replace("/", "\\/"),
    ],
)
def test_a_secret_that_a_vendor_writes_in_another_way_is_hidden(written: str) -> None:
    said = plain(f"you sent {written}", (HARD,))
    assert "***" in said
    assert "s3cret" not in said


def test_id_and_secret_of_a_header_are_hidden_as_they_were_sent(vendors: VendorServer) -> None:
    sent = b64encode(f"id:{SECRET}".encode()).decode()
    vendors.grant = lambda path, form: Reply(400, f"Basic {sent}".encode())  # type: ignore[method-assign]
    with http() as client, pytest.raises(PullFailed) as failed:
        post_form(client, lambda _: True, (SECRET,), ("id", SECRET))(f"{vendors.url}/t", {"scope": "x"})
    assert "Basic ***" in str(failed.value)


# The next page


def test_of_an_address_that_is_none_only_its_beginning_is_said_and_no_command_to_a_terminal(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    vendors.records["logs"] = []
    vendors.next = [following("ftp://x/" + "A" * 5_000 + "\x9b2J")]
    said = pull(source, tmp_path, Clock())[0]
    assert "no https:// address" in said
    assert len(said) < 300
    assert said.isprintable()


@pytest.mark.parametrize("path", ["/pa\tth", "/" + "a" * 66_000], ids=["tab", "long"])
def test_a_next_page_that_cannot_be_asked_for_is_a_failure_of_that_feed(
    tmp_path: Path, vendors: VendorServer, source: Source, path: str
) -> None:
    vendors.next = [following(vendors.url + path)]
    assert pull(source, tmp_path, Clock()) != []
