"""One worker process as its parent sees it."""

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import phlo
from phlo.engine.frames import READY, REQUEST, read_frame, write_frame
from phlo.engine.scratch import make_scratch, remove_scratch

_ENGINES = 8
_QUERIES = 1_000
_START_CODE = (
    "import sys; sys.path.insert(0, {root!r}); from phlo.engine.worker_process import main; main()"
)


class Worker:
    """A process, its pipes, and which views it holds. One query at a time.

    The process starts at once and is ready a little later. It gets an empty environment, a scratch
    folder as home, and no open files but its pipes.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._scratch = make_scratch("worker")
        start = _START_CODE.format(root=str(Path(phlo.__file__).parent.parent))
        told = json.dumps(settings | {"scratch": self._scratch})
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", start, told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._scratch,
            env={
                "HOME": self._scratch,
                "TMPDIR": self._scratch,
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                "MALLOC_ARENA_MAX": "2",  # an arena a thread would use up the bound, unused
            },
            start_new_session=True,
        )
        self._held: OrderedDict[str, None] = OrderedDict()
        self._queries = 0
        self._is_ready = False
        self._lock = threading.Lock()
        self.is_usable = True

    @property
    def output(self) -> IO[bytes]:
        """The pipe that results come from."""
        assert self._process.stdout is not None
        return self._process.stdout

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until the process can take a query; False if it died or hangs."""
        if self._is_ready:
            return self._process.poll() is None
        guard = threading.Timer(timeout_s, self.kill)
        guard.daemon = True
        guard.start()
        frame = read_frame(self.output)
        guard.cancel()
        self._is_ready = frame is not None and frame[0] == READY
        return self._is_ready

    def send(self, request: dict[str, Any]) -> None:
        """Send a query; views go along only if the process does not hold them already."""
        key = request["key"]
        views = [] if key in self._held else request["views"]
        self._held[key] = None
        self._held.move_to_end(key)
        forget = [self._held.popitem(last=False)[0] for _ in range(len(self._held) - _ENGINES)]
        payload = json.dumps(request | {"views": views, "forget": forget}).encode()
        self._queries += 1
        self.is_usable = self._queries < _QUERIES
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # dead or closed: that shows at the other pipe
            write_frame(self._process.stdin, REQUEST, payload)

    def kill(self) -> None:
        """End the process, whatever it does, and remove its scratch folder."""
        self.is_usable = False
        with self._lock:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):  # what was not flushed has no reader any more
                    if pipe is not None:
                        pipe.close()
            remove_scratch(self._scratch)
