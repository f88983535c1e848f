"""The ZIP of a dossier: its PDF, the data, what was handed in, and a manifest with every hash."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder

from applicants.models import Application
from files.held import HELD
from imc_portal.dossiers.chain import Data, file_name
from portfolios.models import Evidence, Submission

IN_MEMORY = 20 * 1024 * 1024  # what is larger waits on the disk
CHUNK = 1024 * 1024
MANIFEST, SEAL = "manifest.csv", "MANIFEST.sha256"


def pack(application: Application, data: Data, pdf: bytes) -> IO[bytes]:
    """An open file with the ZIP in it. The same case at the same moment gives the same bytes."""
    box: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    rows: list[tuple[str, int, str, str]] = []
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, what, chunks in _parts(application, data, pdf):
            rows.append((name, *_add(archive, name, chunks, data["made_at"]), what))
        manifest = _manifest(rows)
        _add(archive, MANIFEST, iter([manifest]), data["made_at"])
        seal = f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()
        _add(archive, SEAL, iter([seal]), data["made_at"])
    box.seek(0)
    return box


def as_json(data: object) -> bytes:
    words = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return words.encode()


def _parts(
    application: Application, data: Data, pdf: bytes
) -> Iterator[tuple[str, str, Iterator[bytes]]]:
    yield "dossier.pdf", "the dossier to read", iter([pdf])
    yield "case.json", "everything in the dossier as data", iter([as_json(data)])
    for submission in Submission.objects.filter(portfolio__application=application):
        name = f"submissions/{submission.number}.json"
        yield name, "the portfolio as it was handed in", iter([as_json(submission.snapshot)])
    files = Evidence.objects.filter(portfolio__application=application, state__in=HELD)
    for evidence in files.exclude(file=""):
        if evidence.open_to_others:
            yield file_name(evidence), "handed in by the applicant", _read(evidence)


def _read(evidence: Evidence) -> Iterator[bytes]:
    with evidence.file.open("rb") as content:
        while chunk := content.read(CHUNK):
            yield chunk


def _add(
    archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes], at: datetime
) -> tuple[int, str]:
    """Its size and its hash. A file of hundreds of megabytes passes through in pieces."""
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as target:
        for chunk in chunks:
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _manifest(rows: list[tuple[str, int, str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("file", "bytes", "sha256", "what"))
    writer.writerows(rows)
    return out.getvalue().encode()
