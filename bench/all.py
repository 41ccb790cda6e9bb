"""Run every bench in a process of its own and write docs/benchmarks.md."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
NAMES = (
    *("catalog", "ingest", "merge", "query", "diff", "startup"),
    *("api_home", "api_catalog", "api_query", "ui", "bundle", "process"),
    "demo",
)


def main() -> int:
    """Run the benches that are named (all by default); a bench that dies fails the whole."""
    flags = [each for each in sys.argv[1:] if each.startswith("-")]
    names = [each for each in sys.argv[1:] if not each.startswith("-")] or list(NAMES)
    records = []
    for name in names:
        print(f"bench/{name}.py …", flush=True)
        start = time.monotonic()
        command = [sys.executable, str(HERE / f"{name}.py"), "--json", *flags]
        code, out, err = measured(command)
        if code:
            print(err[-4000:], file=sys.stderr)
            return code
        record = json.loads(out[out.index("{\n") :])
        records.append(record)
        held = sum(bool(each["holds"]) for each in record["results"])
        bounds = sum(each["holds"] is not None for each in record["results"])
        print(f"  {held} of {bounds} bounds hold, {time.monotonic() - start:.0f} s", flush=True)
    if names == list(NAMES) and "--quick" not in flags:
        PAGE.write_text(page(records))
        print(f"written: {PAGE.relative_to(HERE.parent)}")
    return 0


def measured(command: list[str]) -> tuple[int, str, str]:
    """Run a bench; one that is interrupted is given the time to end what it started."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            out, err = process.communicate()
        except KeyboardInterrupt:
            with suppress(subprocess.TimeoutExpired):
                process.wait(60)
            raise
    return process.returncode, out, err


def page(records: list[dict]) -> str:
    """Render the page: one table a bench, with machine and date."""
    about = records[0]["machine"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; each script measures both sides in one run, interleaved.",
        "A ratio is how many times faster phlo is than the rival as shipped.",
        "",
        f"Machine: {about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, "
        f"{about['system']}, Python {about['python']}; {about['date']}.",
    ]
    for record in records:
        lines += [
            "",
            f"## bench/{record['bench']}.py",
            "",
            "| name | value | unit | must | holds | note |",
        ]
        lines += ["|---|--:|---|---|---|---|"]
        for each in record["results"]:
            holds = {None: "", True: "yes", False: "**no**"}[each["holds"]]
            lines.append(
                f"| `{each['name']}` | {each['value']:,.3f} | {each['unit']} | {each['must']} "
                f"| {holds} | {each['note']} |"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
