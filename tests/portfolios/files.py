"""Files as people bring them, and as somebody hostile would."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter


def pdf(password=""):
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
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


def docx(**more):
    return archive(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>", **more}
    )


def odt(says="application/vnd.oasis.opendocument.text"):
    return archive({"mimetype": says, "content.xml": "<office:document-content/>"})


def upload(name, content):
    return SimpleUploadedFile(name, content)
