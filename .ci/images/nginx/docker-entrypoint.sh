#!/bin/sh
# Like the official image's: templates get the environment's values, then the command runs.
set -e
for template in /etc/nginx/templates/*.template; do
  [ -e "$template" ] || continue
  defined=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1} /p' | tr -d '\n')
  envsubst "$defined" <"$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done
echo "/docker-entrypoint.sh: Configuration complete; ready for start up"
exec "$@"
