"""A certificate of destruction holds with the public key alone, and with nothing in it changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.certificate_page import certificate_document, write_certificate
from cli.main import main
from documents.document import Facts
from documents.reading import pdf_text
from model.clock import now
from storage.ledger.chain import signed
from storage.ledger.keys import Signer, public_pem
from storage.queries.districts import District
from storage.retention.certificate import certificate_of, read_certificate, why_not_certificate
from tests.storage.test_ledger_proofs import changes

KEY = Signer(Ed25519PrivateKey.from_private_bytes(b"c" * 32))
BODY: dict[str, Any] = {
    "certificate_id": "0a1b2c3d4e5f",
    "plan_id": "f5e4d3c2b1a0",
    "as_of": "2027-03-05",
    "classes": [{"class": "proxy_events", "schedule": "P1Y from occurred", "basis": "local", "rows_before": 900,
                 "rows_deleted": 412, "held": 3, "kept_longer": 2}],
    "matters_checked": ["PRA 2026-014"],
    "entities_destroyed": ["case:2019-0007", "request:2019-0002"],
    "ledger_root_before": None,
    "broker_forgotten_until": {"audit.log": 88},
    "people": {"planned": "ruth", "approved": "adam", "run": "ruth"},
}  # fmt: skip


def made(signer: Signer = KEY) -> dict[str, Any]:
    before = signed(signer, None, "maple-falls", "seal", {}, "2027-03-05T11:00:00.000Z")
    return certificate_of(signed(signer, before, "maple-falls", "certificate", BODY, "2027-03-05T12:00:00.000Z"))


def verdict(text: str | bytes) -> str | None:
    return why_not_certificate(read_certificate(text.encode() if isinstance(text, str) else text), KEY.public)


def test_the_page_says_how_many_cases_and_requests_were_destroyed_and_which() -> None:
    home = District(id="maple-falls", name="Maple Falls", timezone="America/Chicago")
    facts = certificate_document(made(), home).blocks[1]
    assert isinstance(facts, Facts)
    assert dict(facts.pairs)["Casework destroyed"].startswith("1 case (2019-0007), 1 request (2019-0002), with every")


def test_a_certificate_holds_in_whatever_order_and_spacing_it_is_written() -> None:
    text = json.dumps(made())
    assert verdict(text) is None
    assert verdict(json.dumps(dict(reversed(made().items())), indent=4)) is None


def test_a_certificate_with_any_field_changed_added_or_taken_away_does_not_hold() -> None:
    one = made()
    changed = [*changes(one), *({**one, "basis": more} for more in (1, "x", None))]
    changed += [{name: value for name, value in one.items() if name != left} for left in one if left not in _FIRST]
    assert len(changed) > 40
    for other in changed:
        assert verdict(json.dumps(other)) is not None, other


_FIRST = ("certificate_id", "entry")  # without these it is read as no certificate at all


@pytest.mark.parametrize(
    "text",
    [
        '{"certificate_id":"x","certificate_id":"y","entry":{}}',
        json.dumps(made()).replace("412", "412, \"rows_deleted\": 4120"),
        json.dumps(made()).replace("null", "NaN"),
        json.dumps(made()).replace("null", "1e999"),
        json.dumps({**made(), "entry": None}).replace(', "entry": null', ""),
        "[" * 100_000,
        "{}",
    ],
)  # fmt: skip
def test_what_two_could_read_in_two_ways_is_no_certificate(text: str) -> None:
    with pytest.raises(ValueError, match=r"twice|number|certificate|read"):
        read_certificate(text.encode())


def test_a_seal_is_no_certificate() -> None:
    seal = signed(KEY, None, "maple-falls", "seal", BODY, "2027-03-05T12:00:00.000Z")
    assert why_not_certificate(certificate_of(seal), KEY.public) is not None


def test_another_key_is_said_to_be_another() -> None:
    other = Signer(Ed25519PrivateKey.generate())
    assert why_not_certificate(made(other), KEY.public) == "it was signed with another key"


def test_both_commands_check_it_with_a_file_and_a_key_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALLMONITOR_HOME", str(tmp_path / "none"))
    file, pem = tmp_path / "certificate.json", tmp_path / "key.pem"
    file.write_text(json.dumps(made(), indent=1))
    pem.write_text(public_pem(KEY.public))
    for asked in (["ledger", "check", str(file), "--key", str(pem)], ["verify", str(file), "--key", str(pem)]):
        told = CliRunner().invoke(main, asked)
        assert told.exit_code == 0, told.output
        said = "412 of proxy_events destroyed as of 2027-03-05, among them case 2019-0007, request 2019-0002"
        assert f"{said}; planned by ruth, approved by adam" in told.output
    file.write_text(json.dumps(made()).replace("412", "4"))
    for asked in (["ledger", "check", str(file), "--key", str(pem)], ["verify", str(file), "--key", str(pem)]):
        told = CliRunner().invoke(main, asked)
        assert told.exit_code == 1
        assert "the signature does not fit: something in it was changed" in told.output
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 2
    assert not (tmp_path / "none").exists()


def test_the_page_says_how_it_is_checked_and_dates_as_its_readers_write_them(tmp_path: Path) -> None:
    home = District("maple-falls", "Maple Falls", "America/Chicago")
    write_certificate(made(), home, tmp_path / "page.pdf", now())
    said = " ".join(" ".join(pdf_text((tmp_path / "page.pdf").read_bytes())).split())
    assert "hallmonitor ledger check FILE --key KEY" in said
    for words in (
        "as of March 5, 2027",
        "2, sealed March 5, 2027, 6:00 AM CST",
        "1 year from when they occurred",
        "None",
    ):
        assert (words in said) is (words != "None"), words
