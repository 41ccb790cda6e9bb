"""Every page by name: its address in the demo, and text by which a test knows that it is filled.

`{run}` in an address is the run that made most of the demo.
"""

PAGES = {
    "home": ("/", "aircraft_is_registered of raw.flights warned"),
    "data": ("/data", "No statement has run"),
    "table": ("/tables/marts.carrier_delays", "JetBlue Airways"),
    "profile": ("/tables/raw.flights?tab=profile", "Most frequent"),
    "lineage": ("/lineage", "22 assets, 22 edges"),
    "impact": ("/lineage?focus=raw.flights", "8 downstream"),
    "branches": ("/branches", "dev/what-if"),
    "compare": ("/branches?branch=dev/what-if&table=raw.airlines", "Another United Air Lines Inc."),
    "runs": ("/runs", "9 runs shown"),
    "run": ("/runs/{run}", "raw__flights"),
    "quality": ("/quality", "73 checks shown"),
    "check": ("/quality?asset=raw.weather&check=wind_is_possible", "1048.36058"),
    "logs": ("/logs", "9 runs searched"),
    "services": ("/services", "Query engine"),
    "settings": ("/settings", "query.memory_mb"),
}
