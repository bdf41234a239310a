// Copyright 2023 The Kubernetes Authors.
// Licensed under the Apache License, Version 2.0. See the file of the same name in Istio.

package status

import "net"

// ProbeDialer returns a dialer without options for its sockets, because WebAssembly has no sockets.
func ProbeDialer() *net.Dialer {
	return &net.Dialer{}
}
