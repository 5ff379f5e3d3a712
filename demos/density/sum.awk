# Adds up what `docker stats` prints: one line per container, such as "412KiB / 2GiB".
$1 ~ /[0-9]B$/ { total += $1 / 1024 / 1024 }
$1 ~ /KiB$/ { total += $1 / 1024 }
$1 ~ /MiB$/ { total += $1 }
$1 ~ /GiB$/ { total += $1 * 1024 }
END { printf "%d web servers, %d MiB in all\n", NR, total + 0.5 }
