#!/bin/sh
# Ship's time: a stroke every half hour, eight to a watch.
strokes=${1:-8}
while [ "$strokes" -gt 0 ]; do
  printf 'ding '
  strokes=$((strokes - 1))
done
echo
