// Command kubernetes is the API server of Kubernetes as an engine: it answers whether an API server
// would accept an object that is applied to it, and with which warnings.
package main

import "regatta.dev/engines/protocol"

func init() { protocol.Serve(answer) }

func main() {}
