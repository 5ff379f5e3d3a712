"""Quarterdeck: slide decks as PPTX and reveal.js, with the live demos that go with them."""

__version__ = "0.1.0"
