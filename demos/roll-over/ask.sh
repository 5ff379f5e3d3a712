#!/bin/sh
# Ask the proxy for its page again and again, and print every answer.
while :; do
  wget -q -O - http://proxy || echo "failed"
  sleep 0.05
done
