"""Signed folders: written whole or not at all, never over another, and every change in one is named."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from casework.exports import folder as writing
from casework.exports.checked import Keys, check_folder
from casework.exports.folder import ExportRefused, is_safe, refuse_unless_empty, taken_back, write_folder
from casework.exports.manifest import About, Manifest, signed_manifest
from cli.main import main
from storage.ledger.chain import signed
from storage.ledger.keys import Signer, public_pem
from storage.ledger.leaves import Place, leaf
from storage.ledger.merkle import root
from storage.ledger.proof import proof

KEY = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
ABOUT = About(kind="production", district="maple-falls", query={"account": "tbell"}, decisions=[{"action": "release"}],
              made_by="ruth", made_at="2026-03-05T14:00:00.000Z", ledger_root="ab" * 32, ledger_entry=7)  # fmt: skip


def a_proof() -> bytes:
    row, salt = b'{"event_id":"e1"}', bytes(16)
    made = leaf(salt, row)
    body = {"hour": "2026-03-04T14", "record_class": "auth_events", "rows": 1, "root": root([made]).hex(), "first": 1,
            "last": 1, "partition": 0, "marks": ""}  # fmt: skip
    entry = signed(KEY, None, "maple-falls", "seal", body, "2026-03-04T15:00:00.000Z")
    return msgspec.json.encode(proof(entry, Place(1, 0), [Place(1, 0)], [made], salt, row))


FILES = {"production.csv": b"number\r\nHM-000001\r\n", "exhibits/1.txt": b"raw", "proofs/e1.json": a_proof()}


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that was exported; the home beside it is empty."""
    monkeypatch.setenv("HALLMONITOR_HOME", str(tmp_path / "none"))
    write_folder(tmp_path / "out", FILES, ABOUT, ["What it is."], KEY)
    return tmp_path / "out"


def verify(out: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["verify", str(out), *more])


def statuses(result: Result) -> dict[str, str]:
    return {one["file"]: one["status"] for one in json.loads(result.output)["files"] if one["status"] != "intact"}


def pem(tmp_path: Path, key: Signer = KEY) -> str:
    path = tmp_path / "key.pem"
    path.write_text(public_pem(key.public))
    return str(path)


def test_a_folder_holds_its_files_the_manifest_the_key_and_how_to_check_it(out: Path) -> None:
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        "README.txt", "exhibits/1.txt", "key.pem", "manifest.json", "production.csv", "proofs/e1.json"]  # fmt: skip
    said = json.loads((out / "manifest.json").read_bytes())
    assert set(said["files"]) == {"README.txt", "key.pem", *FILES}
    assert {"query", "decisions", "ledger_root", "software_version", "made_by", "made_at", "signature"} <= set(said)
    assert "hallmonitor verify" in (out / "README.txt").read_text()


def test_an_untouched_folder_is_intact_offline_with_the_key_and_without(out: Path, tmp_path: Path) -> None:
    assert verify(out, "--key", pem(tmp_path)).exit_code == 0
    found = verify(out)
    assert (found.exit_code, "in the folder itself" in found.stderr) == (0, True)
    assert not (tmp_path / "none").exists()


def test_the_same_export_is_the_same_bytes(out: Path, tmp_path: Path) -> None:
    write_folder(tmp_path / "again", FILES, ABOUT, ["What it is."], KEY)
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) > len(FILES)  # and what says how they are checked
    for path in written:
        assert (tmp_path / "again" / path.relative_to(out)).read_bytes() == path.read_bytes()


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("harm", "status"), [(change, "changed"), (Path.unlink, "missing"), (link, "changed")], ids=["more", "gone", "link"]
)
@pytest.mark.parametrize("name", [*FILES, "README.txt", "key.pem"])
def test_each_file_that_was_touched_is_named(
    out: Path, tmp_path: Path, name: str, harm: Callable[[Path], None], status: str
) -> None:
    harm(out / name)
    found = verify(out, "--json", "--key", pem(tmp_path))
    assert (found.exit_code, statuses(found)) == (1, {name: status})
    assert f"{status}: {name}" in verify(out).output


@pytest.mark.parametrize("name", ["more.csv", "exhibits/2.txt", ".hidden", "a/b/c"])
def test_a_file_that_was_added_is_named(out: Path, name: str) -> None:
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("x")
    found = verify(out, "--json")
    assert (found.exit_code, statuses(found)) == (1, {name: "added"})


def test_a_pipe_and_a_link_to_a_folder_that_were_added_are_named_and_not_read(out: Path) -> None:
    os.mkfifo(out / "pipe")
    (out / "all").symlink_to("/")
    assert statuses(verify(out, "--json")) == {"all": "added", "pipe": "added"}


def rewritten(out: Path, signer: Signer | None, **fields: Any) -> None:
    """The manifest written anew by somebody else."""
    before = msgspec.json.decode((out / "manifest.json").read_bytes(), type=Manifest)
    made = msgspec.structs.replace(before, **fields)
    if signer:
        about = About(**{name: getattr(made, name) for name in About.__struct_fields__})
        made = signed_manifest(about, made.files, signer)
    (out / "manifest.json").write_bytes(made.content)


@pytest.mark.parametrize(
    "field", [name for name in Manifest.__struct_fields__ if name not in ("files", "ledger_entry")]
)
def test_a_manifest_that_says_something_else_is_found(out: Path, tmp_path: Path, field: str) -> None:
    values: dict[str, Any] = {"query": {"account": "else"}, "decisions": []}
    rewritten(out, None, **{field: values.get(field, "00")})
    found = verify(out, "--key", pem(tmp_path))
    assert (found.exit_code, "not as it was signed" in found.output) == (1, True)


def test_who_signs_a_changed_folder_anew_is_found_by_the_key_that_was_asked_for(out: Path, tmp_path: Path) -> None:
    rewritten(out, OTHER, made_by="mallory")
    (out / "key.pem").write_text(public_pem(OTHER.public))
    found = verify(out, "--key", pem(tmp_path))
    assert found.exit_code == 1
    assert "it was signed with the key" in found.output
    assert check_folder(out, Keys(installation=KEY.public)).intact is False


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[" * 100_000, b'{"files":{}}', b"\xff\xfe", b'{"files":{"a":1}}'], ids=repr
)
def test_a_manifest_that_cannot_be_read_is_told(out: Path, content: bytes) -> None:
    (out / "manifest.json").write_bytes(content)
    found = verify(out)
    assert (found.exit_code, "manifest.json cannot be read" in found.output) == (1, True), found.output


def test_a_manifest_with_more_in_it_or_written_otherwise_is_told(out: Path) -> None:
    said = json.loads((out / "manifest.json").read_bytes())
    (out / "manifest.json").write_text(json.dumps({**said, "note": "x"}))
    assert verify(out).exit_code == 1
    (out / "manifest.json").write_text(json.dumps(said))
    assert "not written as it was signed" in verify(out).output


def test_a_manifest_that_names_files_elsewhere_reads_none_of_them(out: Path) -> None:
    rewritten(out, KEY, files={"../none": "00", "/etc/passwd": "00", "a//b": "00"})
    found = check_folder(out, Keys(given=KEY.public))
    assert {one.status for one in found.files if one.file in ("../none", "/etc/passwd", "a//b")} == {"missing"}


def test_a_proof_that_does_not_hold_is_told_though_the_folder_was_signed_with_it(tmp_path: Path) -> None:
    bad = a_proof().replace(b'e1\\"', b'e2\\"')
    write_folder(tmp_path / "out", {"proofs/e1.json": bad, "proofs/x.json": b"{}"}, ABOUT, [], KEY)
    found = verify(tmp_path / "out", "--key", pem(tmp_path))
    assert found.exit_code == 1
    assert "proofs/e1.json: the row does not give the leaf" in found.output
    assert "proofs/x.json: no proof of a row" in found.output


def test_a_folder_without_a_manifest_and_a_key_that_is_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert "there is no manifest.json" in verify(tmp_path / "bare").output
    (tmp_path / "key.pem").write_text("no key")
    assert verify(tmp_path / "bare", "--key", str(tmp_path / "key.pem")).exit_code == 2


# Writing


@pytest.mark.parametrize("taken", ["file", "folder", "link"])
def test_what_is_taken_is_refused_and_stays_as_it_was(tmp_path: Path, taken: str) -> None:
    out = tmp_path / "out"
    if taken == "file":
        out.write_text("mine")
    elif taken == "link":
        out.symlink_to(tmp_path)
    else:
        out.mkdir()
        (out / "mine").write_text("mine")
    for ask in (lambda: refuse_unless_empty(out), lambda: write_folder(out, FILES, ABOUT, [], KEY)):
        with pytest.raises(ExportRefused, match=r"not a folder|not empty"):
            ask()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_taken_and_missing_ones_above_it_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_folder(tmp_path / "empty", FILES, ABOUT, [], KEY)
    write_folder(tmp_path / "a" / "b", FILES, ABOUT, [], KEY)
    assert check_folder(tmp_path / "empty", Keys()).intact
    assert check_folder(tmp_path / "a" / "b", Keys()).intact


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        write_folder(tmp_path / "out", FILES, ABOUT, [], KEY)
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_recorded_does_not_leave(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", FILES, ABOUT, [], KEY)
    with taken_back(tmp_path / "out"):
        pass
    assert check_folder(tmp_path / "out", Keys()).intact
    with pytest.raises(OSError, match="no broker"), taken_back(tmp_path / "out"):
        raise OSError("no broker")
    assert list(tmp_path.iterdir()) == []


def test_of_two_exports_into_one_folder_the_second_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one appears between the look and the move."""
    moved = writing._move

    def late(begun: Path, out: Path) -> None:
        out.mkdir()
        (out / "theirs").write_text("theirs")
        moved(begun, out)

    monkeypatch.setattr(writing, "_move", late)
    with pytest.raises(ExportRefused, match="not empty"):
        write_folder(tmp_path / "out", FILES, ABOUT, [], KEY)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["theirs"]


@pytest.mark.parametrize("name", ["../x", "/x", "a/../x", "", ".", "a//b", "./a", "a/", "README.txt", "manifest.json"])
def test_a_name_that_leads_out_of_the_folder_or_is_ours_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportRefused):
        write_folder(tmp_path / "out", {name: b"x"}, ABOUT, [], KEY)
    assert list(tmp_path.iterdir()) == []


@given(st.text())
def test_a_safe_name_stays_inside(name: str) -> None:
    if is_safe(name):
        assert os.path.normpath(os.path.join("/out", name)) == f"/out/{name}"
