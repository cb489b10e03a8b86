"""`hallmonitor verify PATH`: whether an exported folder or file is as it was signed; no store, no network."""

import sys
from pathlib import Path

import click
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from casework.exports.checked import FolderCheck, Keys, check_folder, said_of_key
from casework.exports.one_file import NotOurs, check_file
from cli import answers
from model.settings import Settings
from storage.ledger.keys import NotAKey, own_public, read_public


@click.command()
@click.argument("folder", metavar="PACK_DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The public key of who made it, a PEM file: `hallmonitor ledger key`.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(folder: Path, key: Path | None, as_json: bool) -> None:
    """Check PACK_DIR, a folder that was exported (a production, a case, letters), without store and network.

    It names each file that was changed, is missing or was added, checks the signature and the proofs, and exits 1 if
    anything is wrong. Without --key it takes this installation's key, and without one the key in the folder. PACK_DIR
    may also be one file, a certificate of destruction or a proof.

    \b
    hallmonitor verify case-2026-0001 --key maple-falls.pem
    hallmonitor verify certificate.json --key maple-falls.pem
    """
    try:
        keys = Keys(read_public(key) if key else None, own_public(Settings().hallmonitor_home))
    except NotAKey as error:
        raise click.UsageError(str(error)) from error
    if folder.is_file():
        sys.exit(_one_file(folder, keys.given or keys.installation, as_json))
    found = check_folder(folder, keys)
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        _print(found)
    sys.exit(0 if found.intact else 1)


def _one_file(path: Path, public: Ed25519PublicKey | None, as_json: bool) -> int:
    if public is None:
        raise click.UsageError("a file has no key beside it: give the key of who made it with --key")
    try:
        found = check_file(path.read_bytes(), public)
    except NotOurs as error:
        raise click.ClickException(f"{path} is {error}") from error
    if as_json:
        click.echo(msgspec.json.encode({"file": str(path), "intact": found.holds, "says": [found.says]}))
    else:
        click.echo(answers.printable(f"{'intact' if found.holds else 'not as it was signed'}: {found.says}"))
    return 0 if found.holds else 1


def _print(found: FolderCheck) -> None:
    for one in found.files:
        if one.status != "intact":
            click.echo(answers.printable(f"{one.status}: {one.file}"))
    for said in found.says:
        click.echo(answers.printable(f"not as it was signed: {said}"))
    whose = answers.printable(f"{found.kind} of {found.district}, made by {found.made_by} at {found.made_at}")
    if found.intact:
        click.echo(f"intact: {len(found.files)} files, {whose}")
        click.echo(said_of_key(found), err=True)
