"""What is true and bad in the weather: it warns, it does not block."""

import phlo

local_hours_repeat = phlo.quality(
    "raw.weather",
    phlo.sql(
        "select origin, year, month, day, hour, count(*) as n from {table} "
        "group by all having count(*) > 1",
        name="local_hour_is_unique",
        severity="warn",
        description="One row per airport and local hour; the night the clocks go back has two.",
    ),
    severity="warn",
)
wind_is_possible = phlo.quality(
    "raw.weather",
    phlo.between(
        "wind_speed",
        0,
        250,
        name="wind_is_possible",
        severity="warn",
        description="No wind above 250 miles per hour; one row of this data says 1,048.",
    ),
    severity="warn",
)
