"""Decks of other tools, taken over as sources of ours."""
