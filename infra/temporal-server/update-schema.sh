#!/bin/sh
# Brings Temporal's two databases to the schema of its server. Done twice is done once.
set -eu

SQL_PASSWORD=$(cat /run/secrets/postgres_temporal)
export SQL_PASSWORD
schemas=/etc/temporal/schema/postgresql/v12

update() {
  database=$1
  schema=$2
  tool() { temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --database "$database" "$@"; }
  # Fails when the version table is there already, which is what it makes.
  tool setup-schema --version 0.0 || true
  tool update-schema --schema-dir "$schemas/$schema/versioned"
}

update temporal temporal
update temporal_visibility visibility
