"""Tell the time as sailors do: eight bells to a watch of four hours."""

from datetime import datetime

half_hours = datetime.now().hour % 4 * 2 + datetime.now().minute // 30
bells = half_hours or 8
print(f"{bells} bell{'s' if bells > 1 else ''}")
