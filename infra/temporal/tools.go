//go:build tools

// Pins the Temporal command line (which carries the server and its page) and, with go.sum, the checksum
// of every module it is built from. cliext is replaced in go.mod because the released module points to a
// folder of its own repository, which `go install` refuses.
package tools

import _ "github.com/temporalio/cli/cmd/temporal"
