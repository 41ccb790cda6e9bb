"""Install Debian's Chromium for the tests that look at the page, where that may be done."""

import os
import shutil
import subprocess
import sys

CHROMIUM = "chromium"
_WAIT_S = 600


def _as_root() -> list[str] | None:
    """Return what a command of root begins with; None where nobody may be root."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if asked.returncode == 0 else None


def can_install() -> bool:
    """Tell whether this machine has Debian's packages and lets them be installed."""
    return shutil.which("apt-get") is not None and _as_root() is not None


def install() -> str | None:
    """Install Chromium; return why it could not be, or None."""
    root = _as_root()
    if root is None or shutil.which("apt-get") is None:
        return "this needs apt-get, and root or sudo without a password"
    quiet = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", CHROMIUM]):
        try:
            done = subprocess.run(
                [*quiet, *step],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_WAIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"apt-get {step[0]} did not end in {_WAIT_S} s"
        if done.returncode != 0:
            return (done.stderr.strip() or done.stdout.strip()).splitlines()[-1]
    return None


def main() -> int:
    """Install what is missing; a machine without a browser still runs all other tests."""
    if shutil.which(CHROMIUM):
        return 0
    print(f"installing {CHROMIUM} for the browser tests", flush=True)
    why = install()
    if why is not None:
        print(f"no {CHROMIUM}, so the browser tests are skipped: {why}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
