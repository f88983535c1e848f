"""Loading the whole content in one transaction: all of it, or nothing and every mistake named."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from imc_portal.content import (
    applicants,
    awards,
    certificates,
    editions,
    frameworks,
    french,
    notices,
    portfolios,
    register,
)
from imc_portal.content.reader import BadContent, Folder
from imc_portal.content.store import Report


def load(path: Path, *, at: datetime, check: bool = False) -> Report:
    """Bring the database to what the folder says. With `check` nothing is written.

    Raises BadContent with every mistake of every table.
    """
    folder = Folder(path)
    found = frameworks.read(folder)
    catalogue = certificates.read(folder, found)
    prompts = applicants.read(folder)
    audit = portfolios.read(folder)
    programme = awards.read(folder)
    words = notices.read(folder, at)
    pages = register.read(folder, words.known)
    words.letters += french.letters(folder, words)
    words.facts += french.facts(folder, words, at)
    pages += register.read(folder, words.known, french.PAGES, french.LANGUAGE)
    _stop_if_bad(folder)

    report = Report()
    with transaction.atomic():
        editions.write(found, report)
        _stop_if_bad(folder)
        certificates.write(catalogue, found, report)
        _stop_if_bad(folder)
        editions.publish(found)
        applicants.write(prompts, report)
        portfolios.write(audit, report)
        awards.write(programme, report)
        notices.write(words, report)
        register.write(pages, report)
        if check:
            transaction.set_rollback(True)
    return report


def _stop_if_bad(folder: Folder) -> None:
    if folder.problems:
        raise BadContent(folder.problems)
