"""Text to model: front matter, templates, slides, Markdown, transcripts, demo scripts."""
