"""Receiving uploads: on disk, never in memory, and no more of them than can be kept."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class Received(TemporaryUploadedFile):
    """`over` names the fault of a file of which only a part was written."""

    over = ""


class Receiver(TemporaryFileUploadHandler):
    """What goes over a limit is read to its end, so that the page can say so, but not written."""

    received = 0
    file: Received

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file.close()
        self.file = Received(
            self.file_name or "", self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if start + len(raw_data) > settings.EVIDENCE_BYTES:
            self.file.over = "big"
        elif self.received > settings.REQUEST_BYTES:
            self.file.over = "crowd"
        else:
            super().receive_data_chunk(raw_data, start)
