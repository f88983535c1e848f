"""manage.py demo: the whole portal with its demo people, until Ctrl+C."""

import os
import shutil
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import User
from imc_portal.demo.people import PASSWORD, SHOWN_FIRST
from imc_portal.demo.supervisor import commands, supervise

# What the terminal should not be full of while one looks at the portal.
QUIET = {"LOG_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore:You're running the worker"}
KEPT = ("files", "broker", "broker-control", "cache")


class Command(BaseCommand):
    help = "Starts the portal with its demo people: web, worker and clock, on this machine alone."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="forget everything and start anew")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo signs people in with one click. Start it by: ./run demo")
        _settle_address(options["port"])
        if options["fresh"]:
            _forget()
        self._prepare()
        self._tell(options["port"])
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        sys.exit(supervise(commands(options["port"])))

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_content", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123  for as long as we run
        call_command("load_demo", stdout=self.stdout)
        connection.close()

    def _tell(self, port: int) -> None:
        site = f"http://localhost:{port}"
        self.stdout.write(f"\n  The portal         {site}/")
        self.stdout.write(f"  Sign in as anyone  {site}/demo/")
        self.stdout.write(f"  Letters it sent    {site}/demo/mail/\n\n")
        for role, address in SHOWN_FIRST:
            self.stdout.write(f"  {role:22} {address}")
        self.stdout.write(f"\n  Everybody's password: {PASSWORD}  (in this demo alone)")
        self.stdout.write(
            "  Staff need a second factor there; on the sign-in page above they do not."
        )
        self.stdout.write(
            f"  {User.objects.count()} people are waiting. Ctrl+C stops everything.\n\n"
        )
        self.stdout.flush()


def _settle_address(port: int) -> None:
    """Links in letters and on certificates name this address, so the settings must know it before
    anything is written: begin again with it where they do not."""
    address = f"http://localhost:{port}"
    if "SITE_URL" in os.environ or address == settings.SITE_URL:
        os.environ.setdefault("SITE_URL", settings.SITE_URL)
        return
    trusted = f"{address},http://127.0.0.1:{port}"
    surroundings = {**os.environ, "SITE_URL": address, "CSRF_TRUSTED_ORIGINS": trusted}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], surroundings)  # noqa: S606  ourselves


def _forget() -> None:
    """Remove what an earlier demo left in its own folder. A server's database is left alone."""
    if connection.vendor != "sqlite":
        raise CommandError("--fresh empties the demo's own SQLite file, and this is a server.")
    connection.close()
    for left in settings.VAR.glob("portal.sqlite3*"):
        left.unlink()
    for schedule in settings.VAR.glob("celerybeat-schedule*"):
        schedule.unlink()
    for folder in KEPT:
        shutil.rmtree(settings.VAR / folder, ignore_errors=True)
    for folder in ("broker", "broker-control"):
        (settings.VAR / folder).mkdir()
