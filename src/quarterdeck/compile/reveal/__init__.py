"""The reveal.js writer."""
