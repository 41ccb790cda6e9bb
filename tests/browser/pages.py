"""Every page by name: its address, and the text by which a test knows that it is filled."""

PAGES = {
    "home": ("/", "Needs attention"),
    "data": ("/data", "No statement has run"),
    "table": ("/tables/raw.orders", "team:sales"),
    "lineage": ("/lineage", "4 assets, 2 edges"),
    "branches": ("/branches", "dev/x"),
    "runs": ("/runs", "3 runs shown"),
    "quality": ("/quality", "2 checks shown"),
    "logs": ("/logs", "3 runs"),
    "services": ("/services", "Query engine"),
    "settings": ("/settings", "query.memory_mb"),
}
