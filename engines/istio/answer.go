package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"

	"istio.io/istio/pkg/version"
)

// proxyVersion is the version of the proxies that get the configuration.
const proxyVersion = "1.31.0"

// answer answers one request. Nothing of a request remains for the next one.
func answer(raw []byte) []byte {
	out, err := json.Marshal(respond(raw))
	if err != nil {
		out, _ = json.Marshal(response{IstioVersion: version.Info.Version, Error: err.Error()})
	}
	return out
}

func respond(raw []byte) (res response) {
	res = response{IstioVersion: version.Info.Version, Proxies: []proxyConfig{}, Messages: []message{}}
	defer func() {
		if fault := recover(); fault != nil {
			res.Error = fmt.Sprintf("Istio ended: %v\n%s", fault, debug.Stack())
		}
	}()
	var req request
	if err := json.Unmarshal(raw, &req); err != nil {
		res.Error = "the request is not understood: " + err.Error()
		return res
	}
	input := decodeMesh(req)
	if req.Analyze {
		res.Messages = analyze(input)
	}
	if len(req.Proxies) == 0 {
		return res
	}
	plane, err := startPlane(input)
	if err != nil {
		res.Error = err.Error()
		return res
	}
	defer plane.stop()
	for _, proxy := range req.Proxies {
		res.Proxies = append(res.Proxies, plane.configure(proxy))
	}
	return res
}
