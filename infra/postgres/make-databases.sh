#!/bin/bash
# Runs once, when the data volume is new: the roles of Smart ETL and of Temporal, and their databases.
# What the roles may do in the schema is granted by the migrations.
set -euo pipefail

secret() { cat "/run/secrets/$1"; }

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner="$(secret postgres_owner)" --set writer="$(secret postgres_writer)" \
  --set reader="$(secret postgres_reader)" --set api="$(secret postgres_api)" \
  --set grafana="$(secret postgres_grafana)" --set temporal="$(secret postgres_temporal)" <<'SQL'
create role smart_etl_owner login password :'owner';
create role smart_etl_writer login password :'writer';
create role smart_etl_reader login password :'reader';
create role smart_etl_api login password :'api';
grant smart_etl_reader to smart_etl_api;
create role smart_etl_grafana login password :'grafana' connection limit 30;
alter role smart_etl_grafana set statement_timeout = '10s';
alter role smart_etl_grafana set default_transaction_read_only = on;
create role temporal login password :'temporal';
create database smart_etl owner smart_etl_owner;
revoke all on database smart_etl from public;
grant connect, temporary on database smart_etl to smart_etl_writer, smart_etl_reader, smart_etl_api;
grant connect on database smart_etl to smart_etl_grafana;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database temporal, temporal_visibility from public;
\connect smart_etl
-- A large object is a place to write that no grant of a table guards.
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea),
  lowrite(integer, bytea), lo_unlink(oid), lo_truncate(integer, integer), lo_truncate64(integer, bigint) from public;
SQL
