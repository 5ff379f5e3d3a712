"""What tests share: real parts, running shows, decks to build, and readers of what came out."""
