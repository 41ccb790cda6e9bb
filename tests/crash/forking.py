"""The test's side of the zygote: order runs from it, each in a child of its own."""

import json
import subprocess
import sys
from pathlib import Path


class Zygote:
    """The process that forks a child for each run."""

    def __init__(self, root: Path, *tables: str) -> None:
        self.root = root
        self.tables = tables
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self.read() == {"ready": True}
        self.rows = 0

    def read(self) -> dict:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the zygote has died"
        return json.loads(line)

    def run(self, **order: object) -> dict:
        assert self.process.stdin is not None
        order = {"project": str(self.root), "tables": self.tables, **order}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.read()

    def more_rows(self) -> None:
        self.rows += 100
        (self.root / "state.json").write_text(json.dumps({"rows": self.rows}))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
