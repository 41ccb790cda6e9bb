"""The glucose series is cut by days of New York, so one day a year has 23 hours and one 25."""

import phlo

DAYS = phlo.daily("measured_at", start="2025-01-01", tz="America/New_York")
