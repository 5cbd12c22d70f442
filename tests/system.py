"""What the tests ask of the machine that they run on: programs, and packages where they may be installed."""

import os
import shutil
import subprocess


def output(*command: str, seconds: float = 60) -> str:
    """Give what a command prints; nothing where it fails."""
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(  # noqa: S603 # the tests' own commands
            command, capture_output=True, text=True, errors="replace", timeout=seconds, env=settings, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def install(*packages: str) -> None:
    """Install packages of the system's, where we may and it has them."""
    if os.geteuid() == 0 and shutil.which("apt-get") is not None:
        output("apt-get", "update", "--quiet", seconds=300)
        output("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages, seconds=600)
