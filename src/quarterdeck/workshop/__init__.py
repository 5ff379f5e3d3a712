"""Workshops: what organisers and venues need around a deck."""
