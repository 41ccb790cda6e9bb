"""Time zones by their IANA name, with the nearest name when there is none."""

from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones


def find_timezone(name: str) -> ZoneInfo | str:
    """Return the zone of this name, or a fix that names the nearest ones."""
    try:
        zone = ZoneInfo(name) if name not in {"localtime", ""} else None  # that is the machine's
    except (KeyError, ValueError, OSError):
        zone = None
    return zone or _hint(name)


def _hint(name: str) -> str:
    names = sorted(available_timezones())
    folded = {item.lower(): item for item in names}
    near = get_close_matches(name.lower(), folded, n=3, cutoff=0.5)
    by_city = [item for item in names if name and item.lower().endswith("/" + name.lower())]
    shown = by_city or [folded[item] for item in near]
    hint = f"for example {', '.join(shown)}" if shown else "for example Europe/Berlin"
    return f"use an IANA zone name, {hint}"
