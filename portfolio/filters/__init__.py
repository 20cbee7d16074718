"""The filters on projects and decisions, the same for pages and API."""
