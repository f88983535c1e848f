"""Files as people bring them, and as somebody hostile would."""

import io
import zipfile

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter


def pdf(password="", pages=1, change=None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    if change:
        change(writer)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, kind)
    return out.getvalue()


def archive(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def docx(main="document.main+xml", **more):
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{main}"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return archive({"[Content_Types].xml": types, "word/document.xml": "<document/>", **more})


def odt(says="application/vnd.oasis.opendocument.text", **more):
    return archive({"mimetype": says, "content.xml": "<document-content/>", **more})


def upload(name, content):
    return SimpleUploadedFile(name, content)


def stored():
    """Every file in the store, wherever it lies."""
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        try:
            below, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        folders += [f"{folder}/{name}".lstrip("/") for name in below]
        found += names
    return found
