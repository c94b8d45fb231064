"""Become another program that cannot outlive the process that started it.

Run as `python -m deploy.local.launch PARENT SIGNAL MARK USER GROUP program arguments...`: asks the kernel (Linux) for
SIGNAL when the parent ends, writes the mark file by which a later run finds what is left, drops to USER and GROUP
unless they are `-`, and executes the program in its own place, so the process id stays.
"""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

from deploy.local.marks import mark

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do what the module says; exit code 127 when the program cannot be executed."""
    parent, death_signal, mark_file, user, group, *argv = sys.argv[1:]
    with contextlib.suppress(OSError):  # on a full disk the kernel's promise below has to do
        mark(Path(mark_file), os.getpid())
    if user != "-":
        os.setgroups([])
        os.setgid(int(group))
        os.setuid(int(user))
        os.chdir("/")
    if sys.platform == "linux":  # after the change of user, which would clear it
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{argv[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
