"""Files that no row knows: left by a machine that stopped between the file and its row."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePath

from django.core.files.storage import Storage, default_storage

from portfolios.models import Evidence

ROOT = "evidence"
AGE = timedelta(days=1)  # younger ones may still get their row


def sweep(at: datetime) -> int:
    """Delete what is older than a day and has no row; returns how many. Safe to run twice."""
    swept = 0
    for folder in _folders(default_storage, ROOT):
        known = {
            str(PurePath(name).with_suffix(""))
            for name in Evidence.objects.filter(file__startswith=f"{folder}/").values_list(
                "file", flat=True
            )
        }
        for name, stem in _files(default_storage, folder):
            if stem not in known and default_storage.get_modified_time(name) < at - AGE:
                default_storage.delete(name)
                swept += 1
    return swept


def _folders(storage: Storage, root: str) -> list[str]:
    try:
        return [f"{root}/{folder}" for folder in storage.listdir(root)[0]]
    except FileNotFoundError:
        return []


def _files(storage: Storage, folder: str) -> Iterator[tuple[str, str]]:
    """Every file of a portfolio beside the stem that its row would have. Pictures of pages lie in
    a folder of that stem."""
    below, names = storage.listdir(folder)
    for name in names:
        yield f"{folder}/{name}", str(PurePath(folder, name).with_suffix(""))
    for inner in below:
        for name in storage.listdir(f"{folder}/{inner}")[1]:
            yield f"{folder}/{inner}/{name}", f"{folder}/{inner}"
