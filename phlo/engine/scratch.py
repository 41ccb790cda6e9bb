"""The scratch folders of worker processes: a worker whose parent died removes its own."""

import shutil
from pathlib import Path

_TRIES = 5


def remove_scratch(folder: str | Path) -> None:
    """Remove a scratch folder, even while other threads of this process write into it.

    What is gone already is no error; what cannot be removed stays.
    """
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            return
