//go:build tools

// Pins the MinIO server and, with go.sum, the checksum of every module it is built from.
package tools

import _ "github.com/minio/minio"
