"""Pages that combine apps: the planning grid, annual plans and reports."""
