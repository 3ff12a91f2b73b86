#!/bin/sh
# Makes the namespace when it is not there, once the server answers.
set -eu

until temporal operator cluster health >/dev/null 2>&1; do sleep 1; done
temporal operator namespace describe --namespace default >/dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 30d
# A new namespace is seen by all of the server's parts only after its cache is refreshed.
until temporal workflow list --namespace default --limit 1 >/dev/null 2>&1; do sleep 1; done
