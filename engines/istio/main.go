// Command istio is Istio's control plane as an engine: it generates the configuration of the proxies of a mesh and
// analyzes the mesh.
package main

import "regatta.dev/engines/protocol"

func init() {
	protocol.Serve(answer)
}

func main() {}
