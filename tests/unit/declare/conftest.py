import pytest

from phlo.config import load_project
from phlo.declare import load_declarations


@pytest.fixture
def declare(tmp_path):
    """Write declaration files and load them."""

    def write(timezone="UTC", **files):
        (tmp_path / "phlo.yaml").write_text(f"name: lab\ntimezone: {timezone}\n")
        for name, text in files.items():
            file = tmp_path / "defs" / f"{name.replace('__', '/')}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return load_declarations(load_project(tmp_path))

    return write
