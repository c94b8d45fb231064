"""The platform's own system user, under whom PostgreSQL runs where we are root, which it refuses.

Not `nobody`, `daemon` or the distribution's `postgres`: other programs run as these and would own the cluster too.
"""

import os
import pwd
import shutil
from contextlib import suppress
from pathlib import Path

from deploy.local.trouble import CannotStart, run_tool, say

NAME = "thidua-postgres"
TOOL = "useradd"
_DETAILS = ("--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin")


def account(data: Path) -> pwd.struct_passwd:
    """Return the user, made if there is none; `CannotStart` where that cannot be done."""
    with suppress(KeyError):
        return pwd.getpwnam(NAME)
    tool = shutil.which(TOOL, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    if tool is None:
        raise CannotStart(
            f"PostgreSQL không chạy bằng root, và máy này thiếu {TOOL} để tạo người dùng hệ thống {NAME}; hãy tạo "
            "người dùng đó hoặc chạy bằng người dùng thường.",
            f"PostgreSQL does not run as root, and this machine has no {TOOL} to make the system user {NAME}; make "
            "that user or run as an ordinary one.",
        )
    try:
        run_tool(TOOL, [tool, *_DETAILS, NAME], data)
    except CannotStart:
        with suppress(KeyError):  # another start was faster
            return pwd.getpwnam(NAME)
        raise
    say(f"Đã tạo người dùng hệ thống {NAME} cho PostgreSQL. / Made the system user {NAME} for PostgreSQL.")
    return pwd.getpwnam(NAME)


def let_through(user: pwd.struct_passwd, data: Path, *others: Path) -> None:
    """Let the user, and no other, pass through the data folder; `CannotStart` where another folder is in the way.

    On its way are the folders above the data folder and above `others`; their modes are not ours to change.
    """
    for folder in (*data.parents, *(above for path in others for above in path.resolve().parents)):
        if not _may_enter(folder, user):
            raise CannotStart(
                f"PostgreSQL không chạy bằng root và người dùng {NAME} của nó không vào được {folder}; hãy đặt dự án "
                "vào thư mục mà người khác đi qua được (như /srv) hoặc chạy bằng người dùng thường.",
                f"PostgreSQL does not run as root, and its user {NAME} may not enter {folder}; put the project into a "
                "folder others may pass through (such as /srv) or run as an ordinary user.",
            )
    os.chown(data, -1, user.pw_gid)
    data.chmod(0o710)


def give(user: pwd.struct_passwd, folder: Path) -> None:
    """Hand over a folder with all in it that belongs to its owner.

    The folder itself comes last: a handing over that was interrupted is finished by the next start.
    """
    before = folder.stat().st_uid
    if before == user.pw_uid:
        return
    for _, folders, files, here in os.fwalk(folder, topdown=False):
        for name in (*folders, *files):  # a link that the owner laid to somebody else's file hands nothing over
            if os.stat(name, dir_fd=here, follow_symlinks=False).st_uid == before:
                os.chown(name, user.pw_uid, user.pw_gid, dir_fd=here, follow_symlinks=False)
    os.chown(folder, user.pw_uid, user.pw_gid)


def _may_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    entry = folder.stat()
    if entry.st_uid == user.pw_uid:
        return bool(entry.st_mode & 0o100)
    return bool(entry.st_mode & (0o010 if entry.st_gid == user.pw_gid else 0o001))
