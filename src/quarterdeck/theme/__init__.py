"""Design tokens, font metrics, fitting and placing."""
