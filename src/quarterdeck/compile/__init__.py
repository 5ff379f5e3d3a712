"""Model to files."""
