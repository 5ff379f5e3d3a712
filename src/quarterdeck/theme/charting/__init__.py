"""Charts: their scales, the way their numbers are written, and where everything in them stands."""
