"""A company's PowerPoint template → a theme."""
