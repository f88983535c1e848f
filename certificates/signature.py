"""Signs a paper (PAdES), so that any PDF program tells who issued it, and that it is untouched.

The field of the signature is made first, and tagged: what pyHanko makes by itself would cost the
paper its standing as an archival and an accessible document (CREDENTIALS.md measured it).
Import this from tasks and commands only: pyHanko takes a second to load.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pikepdf
from django.conf import settings
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

FIELD = "Signature"
PRINTED, SIGNED_AND_APPENDED = 4, 3  # flags of a field, and of a document


class NoTimestamp(Exception):
    """The authority for time stamps did not answer: the paper waits."""


class KeepMetadata(IncrementalPdfFileWriter):
    """pyHanko would write the metadata anew, without what archives ask for."""

    def _update_meta(self) -> None:
        pass


def signed(content: bytes, *, by: Signer, issuer: str, words: str) -> bytes:
    """The same paper, signed and closed to any change. `words` name the field aloud."""
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=issuer,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    stamper = HTTPTimeStamper(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None
    out = io.BytesIO()
    paper = KeepMetadata(io.BytesIO(with_field(content, words)))
    sign = PdfSigner(metadata, signer=by, timestamper=stamper).sign_pdf
    # It runs an event loop of its own, which fails beside another one: a new thread never has one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            thread.submit(sign, paper, output=out).result()
        except TimestampRequestError as error:
            raise NoTimestamp(repr(error)) from error
    return out.getvalue()


def with_field(content: bytes, words: str) -> bytes:
    """An empty field, known to the tree that screen readers walk."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        _add_field(document, words)
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return out.getvalue()


def _add_field(document: pikepdf.Pdf, words: str) -> None:
    page, tree = document.pages[0].obj, document.Root.StructTreeRoot
    key = int(tree.get("/ParentTreeNextKey", _largest(tree.ParentTree) + 1))
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD),
            TU=String(words),
            Rect=Array([0, 0, 0, 0]),
            F=PRINTED,
            P=page,
            StructParent=key,
        )
    )
    root = tree.K[0] if isinstance(tree.K, Array) else tree.K
    place = Dictionary(Type=Name.OBJR, Obj=field, Pg=page)
    form = document.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Form, P=root, Pg=page, Alt=String(words), K=place)
    )
    root.K = Array([*_several(root.K), form])
    tree.ParentTree.Nums.append(key)
    tree.ParentTree.Nums.append(form)
    tree.ParentTreeNextKey = key + 1
    page.Annots = Array([*_several(page.get("/Annots")), field])
    page.Tabs = Name.S
    document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=SIGNED_AND_APPENDED)


def _several(things: Any) -> list[Any]:
    if things is None:
        return []
    return list(things) if isinstance(things, Array) else [things]


def _largest(tree: Any) -> int:
    """The largest key of a number tree."""
    own = [int(tree.Nums[place]) for place in range(0, len(tree.get("/Nums", [])), 2)]
    return max([*own, *(_largest(kid) for kid in tree.get("/Kids", []))], default=-1)
