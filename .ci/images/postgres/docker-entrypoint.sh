#!/usr/bin/env bash
# Like the official image's: an empty data folder becomes a database cluster as POSTGRES_PASSWORD,
# POSTGRES_USER and POSTGRES_DB say, and /docker-entrypoint-initdb.d fills it; then the server runs.
set -euo pipefail
[ "${1:-}" = postgres ] || exec "$@"
if [ "$(id --user)" = 0 ]; then
  chown --recursive postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ -s "$PGDATA/PG_VERSION" ]; then
  printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  exec "$@"
fi
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
  POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
fi
if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
  cat >&2 <<'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".
TEXT
  exit 1
fi
user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
initdb --username="$user" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") --auth-local=trust --auth-host=scram-sha-256
printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
pg_ctl --wait --options="-c listen_addresses=''" start
[ "$database" = postgres ] || createdb --username="$user" --maintenance-db=postgres "$database"
for file in /docker-entrypoint-initdb.d/*; do
  case $file in
    *.sql) psql --username="$user" --dbname="$database" --set=ON_ERROR_STOP=1 --file="$file" ;;
    *.sh) . "$file" ;;
  esac
done
pg_ctl --wait --mode=fast stop
printf '\nPostgreSQL init process complete; ready for start up.\n\n'
exec "$@"
