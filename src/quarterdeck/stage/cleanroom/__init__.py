"""A Docker API of the stage's own, in front of a real engine."""
