#!/bin/sh
# A new warehouse gets the schema; one that is there gets the migrations it has not seen.
set -eu

if [ "$1" = new ]; then
  psql --set ON_ERROR_STOP=1 --single-transaction --file schema.sql
  exit
fi

for migration in migrations/*.sql; do
  name=$(basename "$migration" .sql)
  seen=$(psql --tuples-only --no-align --command "SELECT 1 FROM seen_migrations WHERE name = '$name'")
  [ "$seen" = 1 ] && continue
  psql --set ON_ERROR_STOP=1 --single-transaction --file "$migration"
  psql --command "INSERT INTO seen_migrations (name) VALUES ('$name')"
done
