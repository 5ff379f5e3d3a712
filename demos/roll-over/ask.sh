#!/bin/sh
# Ask for the page again and again, and write down every answer.
while :; do
  curl --silent --fail --max-time 2 localhost:8090 || echo "failed"
  sleep 0.02
done >answers.txt
