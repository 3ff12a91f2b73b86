//go:build tools

// Holds the server and its schema tool to one version, for machines without container images.
package tools

import (
	_ "go.temporal.io/server/cmd/server"
	_ "go.temporal.io/server/cmd/tools/sql"
)
