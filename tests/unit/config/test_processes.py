import os
import subprocess
import sys

import pytest

from phlo.config.processes import birth_of

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="births are told by /proc")


def test_a_process_that_runs_has_one_birth() -> None:
    assert birth_of(os.getpid()) == birth_of(os.getpid()) > 0


@LINUX
def test_a_process_that_came_later_was_born_later() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        assert birth_of(child.pid) > birth_of(os.getpid())
    finally:
        child.kill()
        child.wait()


@LINUX
def test_a_process_that_ended_has_no_birth_before_and_after_it_is_waited_for() -> None:
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert birth_of(child.pid) == 0

    child.wait()
    assert birth_of(child.pid) == 0
