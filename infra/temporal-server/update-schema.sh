#!/bin/sh
# Brings Temporal's two databases to the schema of its server. Done twice is done once.
set -eu

SQL_PASSWORD=$(cat /run/secrets/postgres_temporal)
export SQL_PASSWORD

update() {
  database=$1
  schema=$2
  tool() {
    temporal-sql-tool --plugin postgres12 --endpoint "$POSTGRES_SEEDS" --port "$DB_PORT" --user temporal \
      --database "$database" "$@"
  }
  # Fails when the version table is there already, which is what it makes.
  tool setup-schema --version 0.0 || true
  # The schemas are in the tool, of its own version.
  tool update-schema --schema-name "postgresql/v12/$schema"
}

update temporal temporal
update temporal_visibility visibility
