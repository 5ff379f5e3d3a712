"""What a deck is: frozen dataclasses, no input or output."""
