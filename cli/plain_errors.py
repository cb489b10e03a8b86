"""What stands in a command's way, as a sentence with what to do about it, instead of a traceback."""

import errno
import os
from pathlib import Path

import click

_WHY = {
    errno.EROFS: "it is read-only",
    errno.EACCES: "you may not write or read there",
    errno.EPERM: "you may not do that there",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOENT: "it does not exist",
    errno.EMFILE: "too many files are open; raise the limit with ulimit -n",
    errno.ENAMETOOLONG: "the name is too long",
}
_DO = {
    errno.EROFS: "choose another place; HALLMONITOR_HOME says where our own files go",
    errno.EACCES: "choose another place, or ask for the right to it; HALLMONITOR_HOME says where our own files go",
    errno.ENOSPC: "make room and run the command again; nothing that was acknowledged is lost",
    errno.EDQUOT: "make room and run the command again; nothing that was acknowledged is lost",
    errno.ENOTDIR: "choose another place; HALLMONITOR_HOME says where our own files go",
}


def as_sentence(error: Exception) -> click.ClickException | None:
    """The error in plain words; None where it is a mistake of the program, whose traceback is wanted."""
    if isinstance(error, OSError):
        return click.ClickException(_of_system(error)) if error.errno != errno.EPIPE else None
    return _of_ours(error)


def _of_system(error: OSError) -> str:
    if isinstance(error, ConnectionError | TimeoutError):
        return f"a server does not answer ({error}); `hallmonitor status` says which"
    code = error.errno or 0
    what = f"{error.filename}: " if error.filename else ""
    if code == errno.ENOENT and error.filename and not Path(os.fsdecode(error.filename)).parent.is_dir():
        return f"there is no folder {Path(os.fsdecode(error.filename)).parent}; make it first"
    why = _WHY.get(code) or error.strerror or str(error)
    do = _DO.get(code)
    return f"{what}{why}" + (f". {do[:1].upper()}{do[1:]}." if do else "")


def _of_ours(error: Exception) -> click.ClickException | None:
    """Errors whose message is a sentence already; imported when there is one, so that help stays quick."""
    from kafka.errors import KafkaError
    from pydantic import ValidationError

    from casework.attachments import AttachmentLost
    from casework.cases import CaseRefused
    from casework.exports.folder import ExportRefused
    from casework.passwords import PasswordRefused
    from casework.register import NotRecorded
    from casework.signing_in import NotSignedIn
    from casework.triage import TriageRefused
    from casework.users import UserRefused
    from infra.local.home import HomeBusy
    from infra.local.stack import StackFailed
    from producers.district_folder import Mistaken
    from producers.positions import KeptDamaged
    from storage.client import QueryFailed, Unavailable
    from storage.migrate import NeedsReset

    if isinstance(error, PasswordRefused | UserRefused | ExportRefused):
        return click.UsageError(str(error))
    if isinstance(error, CaseRefused | TriageRefused | AttachmentLost | KeptDamaged):
        return click.ClickException(str(error))
    if isinstance(error, NeedsReset | HomeBusy | StackFailed | Unavailable | QueryFailed | NotRecorded | NotSignedIn):
        return click.ClickException(str(error))
    if isinstance(error, KafkaError):
        return click.ClickException(f"Kafka does not answer: {error}. `hallmonitor status` says where it should be")
    if isinstance(error, Mistaken):
        return click.UsageError(str(error))
    if isinstance(error, ValidationError) and error.title == "Settings":
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors())
        return click.UsageError(f"a setting of the environment or .env is wrong: {wrong}")
    return None
