"""Fixtures of the conformance tests."""

from __future__ import annotations

from support.ooxml import ooxml_validator

__all__ = ["ooxml_validator"]
