"""The pages of portfolios, projects and decisions, a module per subject."""
