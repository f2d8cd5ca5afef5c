"""The hubs that are compared, each as a process of its own on a port of the loopback."""

import base64
import getpass
import hmac
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "target" / "benchmarks"
JAR = ROOT / "target" / "outpour.jar"
JVM_OPTIONS = ROOT / "conf" / "jvm.options"
NCHAN_MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
BY_QUERY = ("/events?topic=t{i}", "/update?topic=t{i}")
BY_PATH = ("/events/{i}", "/update/{i}")
SECRET = "for-benchmarks-only-32-bytes-long"


@dataclass(frozen=True)
class Setting:
    """Where and how hubs are started."""

    directory: Path  # for what they write
    java_options: str | None  # instead of those that are shipped
    against: Path | None = None  # the jar of the hub outpour-against


class Failure(Exception):
    """Something that makes the figures worthless; the message says what."""


class Hub:
    """A running hub."""

    def __init__(self, name: str, process: subprocess.Popen, port: int, paths: tuple[str, str]):
        self.name = name
        self.pid = process.pid
        self.process = process
        self.port = port
        self.load = ["--port", str(port), "--path", paths[0], "--pub-path", paths[1]]
        self.load += ["--server-pid", str(process.pid)]
        self.is_jvm = name.startswith("outpour")
        if name == "outpour-rights":
            bearer = f"Authorization: Bearer {_token()}"
            self.load += ["--header", bearer, "--pub-header", bearer]

    def await_ready(self, log: Path) -> None:
        def is_open() -> bool:
            if self.process.poll() is not None:
                raise Failure(f"{self.name} does not start:\n{log.read_text()[-2000:]}")
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        _await(is_open, 60, f"{self.name} does not listen")
        self.descriptors = self._count_descriptors()

    @contextmanager
    def attacked(self):
        """While this lasts, connections are held on which half a head was sent, if it is for that."""
        if self.name != "outpour-attacked":
            yield
            return
        command = [str(Path(__file__).parent / "half-open"), "--port", str(self.port)]
        attackers = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            if attackers.stdout.readline().strip() != "ready":
                raise Failure("the attackers do not start")
            yield
            if attackers.poll() is not None:
                raise Failure("the attackers have ended")
        finally:
            attackers.terminate()
            attackers.wait()

    def await_empty(self) -> None:
        """Waits until it has noticed that the subscribers of the last run are gone."""

        def is_empty() -> bool:
            return self._count_descriptors() < self.descriptors + 100

        _await(is_empty, 20, f"{self.name} keeps connections that are closed")

    def _count_descriptors(self) -> int:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in (self.pid, *children))

    def live_heap(self) -> int:
        """Bytes of the objects that are reachable."""
        command = ["jcmd", str(self.pid), "GC.class_histogram"]
        return heap_of(subprocess.check_output(command, text=True))


def heap_of(histogram: str) -> int:
    """The bytes of all classes together."""
    return int(re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.MULTILINE).group(1))


def _await(condition, seconds: float, complaint: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{complaint} after {seconds} s")
        time.sleep(0.05)


@contextmanager
def running(name: str, setting: Setting):
    """Starts a hub; ends it, by its own id, when the block is left."""
    port = _free_port()
    command, paths = _command(name, port, setting)
    log = setting.directory / f"{name}-{port}.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OUTPOUR_")}
    with log.open("w") as output:
        # A session of its own: Ctrl-C is for the script, which then ends the hub.
        process = subprocess.Popen(
            command,
            cwd=setting.directory,
            env=clean,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        hub = Hub(name, process, port, paths)
        hub.await_ready(log)
        yield hub
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(name: str, port: int, setting: Setting):
    if name.startswith("outpour"):
        return _outpour(name, port, setting), BY_QUERY
    if name == "nchan":
        return _nchan(port, setting.directory), BY_QUERY
    coalescing = ["--coalesce"] if name == "limit-coalescing" else []
    return [str(BUILT / "sse-limit"), "--port", str(port), *coalescing], BY_PATH


def _outpour(name: str, port: int, setting: Setting) -> list[str]:
    store = "memory" if name == "outpour-memory" else "sqlite"
    jar = setting.against if name == "outpour-against" else JAR
    config = {
        "http": {
            "host": "127.0.0.1",
            "port": port,
            "serve": ["events", "update"],
            "drainSeconds": 0,
        },
        "ingest": {},
        "history": {"store": store, "path": str(setting.directory / f"{port}.db")},
        "logging": {"level": "warn"},
        "auth": {"hmacSecret": SECRET} if name == "outpour-rights" else {},
    }
    file = setting.directory / f"{port}.json"
    file.write_text(json.dumps(config))
    java = ["java", *java_arguments(setting.java_options)]
    return [*java, "-jar", str(jar), "-conf", str(file)]


def _token() -> str:
    """A token for all subscribers and publishers, by HMAC."""
    rights = {"publish": ["*"], "subscribe": ["*"]}
    claims = {"sub": "bench", "exp": int(time.time()) + 86_400, "outpour": rights}
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256"}, claims))
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.digest(SECRET.encode(), signed, "sha256")
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def java_arguments(java_options: str | None) -> list[str]:
    if java_options is not None:
        return shlex.split(java_options)
    return [f"@{JVM_OPTIONS}"] if JVM_OPTIONS.exists() else []


def _nchan(port: int, directory: Path) -> list[str]:
    values = {
        "MODULE": str(nchan_module()),
        "USER": f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
        "DIRECTORY": str(directory),
        "PORT": str(port),
    }
    text = (Path(__file__).parent / "nchan.conf").read_text()
    file = directory / f"{port}.conf"
    file.write_text(re.sub("@([A-Z]+)@", lambda name: values[name.group(1)], text))
    return [str(nginx()), "-c", str(file)]


def nginx() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def nchan_module() -> Path | None:
    modules = (Path(directory) / "ngx_nchan_module.so" for directory in NCHAN_MODULES)
    return next((module for module in modules if module.exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def compile_tools() -> None:
    """Compiles the load generator and the limit where they are newer than what there is."""
    BUILT.mkdir(parents=True, exist_ok=True)
    for name in ("sse-load", "sse-limit"):
        source, program = Path(__file__).parent / f"{name}.c", BUILT / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["gcc", "-O2", "-o", str(program), str(source)], check=True)
