"""Which product wrote a log is guessed from its first records, and a wrong one in district.yaml is noticed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from producers.catalog import PRODUCTS
from producers.district_folder import folder_mistakes
from producers.guess import confidence, guess

ROOT = Path(__file__).parents[2] / "producers"
SETTINGS = """id: d
name: D
timezone: America/Chicago
policy: base
realms: [union.example]
sources:
  - {id: vpn, product: PRODUCT}
"""


def _log(name: str) -> bytes:
    """A day's log made of the product's own samples, under the heading most of them have."""
    samples = [json.loads(path.read_text()) for path in sorted((ROOT / name / "samples").glob("*.json"))]
    headings = [sample["heading"] for sample in samples if sample.get("heading")]
    heading = max(headings, key=headings.count) if headings else None
    kept = [sample for sample in samples if "input" in sample and sample.get("heading", heading) == heading]
    lines = [sample["input"] for sample in kept if "refused" not in sample]
    return "\n".join([*([heading] if heading else []), *lines, ""]).encode()


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_log_is_of_the_product_that_wrote_it(name: str) -> None:
    """Each product's samples are known best by that product, twice as well as by any other."""
    found = guess(_log(name))
    assert found[0].product == name
    assert confidence(found) == "high"


def test_nothing_is_guessed_of_a_letter() -> None:
    """Prose is no log."""
    assert guess(b"Dear parents,\nschool begins on Monday.\n" * 40) == []
    assert confidence([]) is None


def _folder(root: Path, product: str, log: bytes) -> Path:
    (root / "logs/vpn").mkdir(parents=True)
    (root / "logs/vpn/a.log").write_bytes(log)
    (root / "district.yaml").write_text(SETTINGS.replace("PRODUCT", product))
    return root


def test_a_wrong_product_is_a_mistake_that_names_the_right_one(tmp_path: Path) -> None:
    """`policy check` says how many records each of both knows."""
    mistakes, _ = folder_mistakes(_folder(tmp_path, "okta", _log("openvpn")))
    said = [str(one) for one in mistakes if one.key == "sources.0.product"]
    assert len(said) == 1
    assert "okta knows 0 of" in said[0]
    assert "openvpn knows" in said[0]


def test_the_right_product_is_no_mistake(tmp_path: Path) -> None:
    """However much of its log has no meaning."""
    mistakes, _ = folder_mistakes(_folder(tmp_path, "openvpn", _log("openvpn")))
    assert [one for one in mistakes if one.key == "sources.0.product"] == []


def test_sources_suggest_prints_the_lines_of_district_yaml(tmp_path: Path) -> None:
    """A folder a source; what nobody knows is said, and the exit code is 1."""
    _folder(tmp_path, "openvpn", _log("openvpn"))
    (tmp_path / "logs/letters").mkdir()
    (tmp_path / "logs/letters/one.txt").write_text("Dear parents,\n")
    done = CliRunner().invoke(main, ["sources", "suggest", str(tmp_path / "logs")])
    assert done.exit_code == 1
    assert "letters/one.txt: no product knows any of its first 100 records" in done.output
    assert "  - {id: vpn, product: openvpn}" in done.output


def test_the_name_of_a_file_moves_no_cursor(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "\x1b]0;p\x07.log").write_bytes(b"nothing that anybody knows\n")
    done = CliRunner().invoke(main, ["sources", "suggest", str(tmp_path / "logs")])
    assert "\x1b" not in done.output
    assert "\\x1b]0;p\\x07.log" in done.output


def test_a_folder_whose_name_is_no_id_is_to_be_renamed_and_a_link_is_not_read(tmp_path: Path) -> None:
    _folder(tmp_path, "openvpn", _log("openvpn"))
    (tmp_path / "logs" / "vpn").rename(tmp_path / "logs" / "edge vpn")
    (tmp_path / "logs" / "2026").mkdir()
    (tmp_path / "logs" / "2026" / "a.log").write_bytes(_log("openvpn"))
    (tmp_path / "logs" / "2026" / "b.log").symlink_to("a.log")
    said = CliRunner().invoke(main, ["sources", "suggest", str(tmp_path / "logs")]).output
    assert "{id: edge vpn, product: openvpn}  # rename the folder" in said
    assert '{id: "2026", product: openvpn}' in said
    assert "2026/b.log: is a symbolic link, and links are not read" in said


def test_sources_suggest_gives_json_for_programs(tmp_path: Path) -> None:
    """One object a file."""
    _folder(tmp_path, "openvpn", _log("openvpn"))
    done = CliRunner().invoke(main, ["sources", "suggest", str(tmp_path / "logs"), "--json"])
    assert json.loads(done.output)["product"] == "openvpn"


def test_parse_guess_names_the_product_and_how_much_of_the_file_it_knows(tmp_path: Path) -> None:
    """Without a product as argument."""
    _folder(tmp_path, "openvpn", _log("openvpn"))
    done = CliRunner().invoke(main, ["parse", "--guess", str(tmp_path / "logs/vpn/a.log")])
    assert done.exit_code == 0
    assert done.output.startswith("openvpn: high confidence, knows ")


# on March 4, 2026
_REQUEST = b"1772600000.123    500 10.1.1.1 TCP_TUNNEL/200 20000 CONNECT www.example:443 - HIER_DIRECT/203.0.113.9 -\n"


def _received(root: Path, at: str, older: bytes = _REQUEST) -> list[str]:
    folder = _folder(root, f"squid, received_at: {at}", _REQUEST)
    (root / "logs/vpn/b.log").write_bytes(older)
    return [str(one) for one in folder_mistakes(folder)[0] if one.key == "sources.0.received_at"]


@pytest.mark.parametrize("at", ["2026-04-20T06:00:00Z", "2025-03-05T06:00:00Z"])
def test_a_receipt_that_makes_all_times_bad_is_a_mistake(tmp_path: Path, at: str) -> None:
    (said,) = _received(tmp_path, at)
    assert "records of a.log happened at 2026-03-04T04:53:20.123Z, more than 30 days before that" in said


def test_a_receipt_that_fits_the_first_file_alone_is_a_mistake_that_names_the_other(tmp_path: Path) -> None:
    (said,) = _received(tmp_path, "2026-03-05T06:00:00Z", _REQUEST.replace(b"1772600000", b"1762600000"))
    assert "records of b.log" in said


def test_a_receipt_soon_after_the_records_is_none(tmp_path: Path) -> None:
    assert _received(tmp_path, "2026-03-05T06:00:00Z") == []


def test_judging_says_that_a_receipt_makes_all_times_bad(tmp_path: Path) -> None:
    """What is found then is nothing, and whoever reads that must know why."""
    _received(tmp_path, "2026-04-20T06:00:00Z")
    assert "sources.0.received_at: records of a.log" in CliRunner().invoke(main, ["judge", str(tmp_path)]).stderr
