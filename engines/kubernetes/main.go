// Command kubernetes is the API server of Kubernetes as an engine: it answers whether an API server
// would accept an object that is applied to it, and with which warnings.
package main

import (
	"runtime/debug"

	"regatta.dev/engines/protocol"
)

// collectAfter is by how much, in per cent, the heap grows before Go collects garbage. Most of the heap are
// tables that stay, and Go's default of 100 would scan them for each 50 checks. It is set after the first
// request, which is answered while the module is built, so that little garbage gets into the module.
const collectAfter = 400

func init() {
	protocol.Serve(func(request []byte) []byte {
		defer debug.SetGCPercent(collectAfter)
		return answer(request)
	})
}

func main() {}
