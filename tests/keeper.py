"""Keeps a server for a run of tests, and ends it when the run has ended, in whatever way: `keeper.py FOLDER COMMAND…`.

The run holds a lock on FOLDER/alive, which the system releases even when the run is killed. FOLDER/kept is there, and
locked, as long as the server runs; removing it ends the server. This is a program by itself, in a session of its own:
what ends the run must not end it, too.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO


def keep(folder: Path, command: list[str]) -> None:
    """Start a server; end it when it is no longer needed, and remove the run's folder."""
    running = folder / "kept"
    with (folder / "alive").open() as alive, running.open("w") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        if os.fork():
            return
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as server:  # noqa: S603 # the tests' own server
            while server.poll() is None and running.exists() and not _is_free(alive):
                time.sleep(0.1)
            if server.poll() is not None:
                running.unlink(missing_ok=True)
            server.kill()  # its data go with it, and a clean stop takes ten seconds
        if (folder / "container").exists():  # of which Docker's command, killed here, was only the front
            container = (folder / "container").read_text()
            subprocess.run(["docker", "rm", "--force", "--volumes", container], check=False)  # noqa: S603, S607
        if _is_free(alive):
            shutil.rmtree(folder, ignore_errors=True)


def _is_free(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2:])
