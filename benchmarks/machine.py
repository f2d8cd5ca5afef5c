"""Says on what was measured, and which versions."""

import os
import platform
import re
import subprocess
from pathlib import Path

from hubs import BUILT, ROOT, java_arguments, nginx


def describe(java_options: str | None, hubs: set[str]) -> list[str]:
    """The machine and what runs on it, a fact in each line."""
    return [
        f"{_cpu()}, {os.cpu_count()} CPUs for hub, subscribers and publishers together, {_memory()}",
        f"{_system()}, Linux {platform.release()}, log on {_file_system(BUILT)}",
        f"{_first_line('java', '-version')}, options: {_options(java_options) or 'none'}",
        *([_nchan()] if "nchan" in hubs else []),
        f"Outpour at {_commit()}",
    ]


def _cpu() -> str:
    name = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return re.sub(r"\s+", " ", name.group(1)) if name else platform.machine()


def _memory() -> str:
    kilobytes = re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return f"{int(kilobytes.group(1)) / 2**20:.0f} GB"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _file_system(path: Path) -> str:
    """The type of the one that is mounted closest to a path."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    return max((m for m in mounts if path.is_relative_to(m[0])), key=lambda m: len(m[0]))[1]


def _options(java_options: str | None) -> str:
    arguments = java_arguments(java_options)
    if java_options is None and arguments:
        lines = Path(arguments[0][1:]).read_text().splitlines()
        arguments = [line for line in lines if line.strip() and not line.startswith("#")]
    return " ".join(arguments)


def _nchan() -> str:
    return _first_line(nginx(), "-v").replace("nginx version: ", "Nchan in ")


def _commit() -> str:
    commit = _first_line("git", "-C", str(ROOT), "log", "-1", "--format=%h")
    changed = _first_line("git", "-C", str(ROOT), "status", "--porcelain", "-uno")
    return f"{commit}, changed" if changed else commit


def _first_line(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return next(iter(done.stdout.splitlines()), "")
