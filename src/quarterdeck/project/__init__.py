"""Wires one deck: load, check, build, rehearse."""
