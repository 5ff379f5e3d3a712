"""What a deck is: frozen structs, no input or output."""
