"""Blocks → measured pieces, one module for each kind of block."""
