"""Other people's programs read what we write: npm packages, pinned in package-lock.json.

`./run install` puts them beside this file. A test that asks them carries the mark `needs_node`, so
that it is skipped, with its reason, where they are not; the gate itself refuses to go without.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def missing() -> str:
    """What is not there, in words; empty when everything is."""
    if not shutil.which("node"):
        return "no Node on this machine; ./run install brings Debian's"
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    absent = [name for name in wanted if not (HERE / "node_modules" / name).is_dir()]
    return f"not installed: {', '.join(absent)}; ./run install brings them" if absent else ""


needs_node = pytest.mark.skipif(bool(missing()), reason=missing() or "everything is there")


def ask(script: str, question: Any, seconds: int = 120) -> Any:
    """Run one of the scripts here: JSON in, JSON out. One process for a whole list of questions,
    because starting it costs more than most answers."""
    done = subprocess.run(
        ["node", str(HERE / script)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
