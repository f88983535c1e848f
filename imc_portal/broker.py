"""The queue of the embedded default: kombu's folder of files, with whole files only.

kombu opens a message under its final name before it writes it. A worker that looks in between reads
an empty message, and ends. Here a message gets its name when all of it is there.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f".{name}.part"  # no worker looks for such names
        try:
            text: str = dumps(payload)  # type: ignore[no-untyped-call]  # kombu's own
            unfinished.write_text(text, encoding="utf-8")
            unfinished.rename(folder / name)
        except OSError as error:
            raise ChannelError(f"cannot add {name} to {folder}") from error


class Transport(filesystem.Transport):
    Channel = Channel
