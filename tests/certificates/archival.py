"""What a validator of archival and accessible PDFs finds, less the one thing it gets wrong."""

import page

PROFILES = ("3a", "ua1")
CUT_SHORT = "PDFA3A-STREAM-LENGTH-001"


def faults(content, profile):
    """A compressed stream may end in the byte that ends lines on some systems. The validator then
    takes it for the line's end, and the stream for one byte too long: one signed file in 75."""
    happened = b"\r\nendstream" in content
    found = page.validate_pdf_bytes(content, profile=profile).failures
    return [
        f"{one.rule_id} {one.message}"
        for one in found
        if not (happened and one.rule_id == CUT_SHORT)
    ]
