package main

import "encoding/json"

// A request is about one mesh.
type request struct {
	Mesh     meshSettings    `json:"mesh"`
	Config   []configObject  `json:"config"`
	Clusters []clusterInput  `json:"clusters"`
	Proxies  []proxyIdentity `json:"proxies"`
	Analyze  bool            `json:"analyze"`
}

type meshSettings struct {
	Name         string `json:"name"`
	ControlPlane string `json:"controlPlane"`
	TrustDomain  string `json:"trustDomain"`
	// Networks holds the network of each cluster. It is empty if all clusters share one network.
	Networks map[string]string `json:"networks"`
	// LocalityLoadBalancing is the localityLbSetting of MeshConfig, and MeshConfig holds further fields of it.
	LocalityLoadBalancing json.RawMessage `json:"localityLoadBalancing"`
	MeshConfig            json.RawMessage `json:"meshConfig"`
}

// A configObject is an object of the control plane's cluster. The answer names it by Ref.
type configObject struct {
	Ref    string          `json:"ref"`
	Object json.RawMessage `json:"object"`
}

type clusterInput struct {
	Name           string            `json:"name"`
	Region         string            `json:"region"`
	Zone           string            `json:"zone"`
	Namespaces     []json.RawMessage `json:"namespaces"`
	Services       []json.RawMessage `json:"services"`
	Pods           []json.RawMessage `json:"pods"`
	EndpointSlices []json.RawMessage `json:"endpointSlices"`
}

type proxyIdentity struct {
	ID string `json:"id"`
	// Type is "router" or "sidecar".
	Type           string            `json:"type"`
	Cluster        string            `json:"cluster"`
	Namespace      string            `json:"namespace"`
	Labels         map[string]string `json:"labels"`
	IP             string            `json:"ip"`
	ServiceAccount string            `json:"serviceAccount"`
	// Metadata holds further metadata of the proxy with Istio's names, such as INTERCEPTION_MODE.
	Metadata json.RawMessage `json:"metadata"`
}

type response struct {
	IstioVersion string        `json:"istioVersion"`
	Proxies      []proxyConfig `json:"proxies"`
	Messages     []message     `json:"messages"`
	// Error says why the request itself could not be answered.
	Error string `json:"error,omitempty"`
}

// A proxyConfig is what the proxy with the same ID gets: Envoy's types in JSON.
type proxyConfig struct {
	ID        string            `json:"id"`
	Listeners []json.RawMessage `json:"listeners"`
	Routes    []json.RawMessage `json:"routes"`
	Clusters  []json.RawMessage `json:"clusters"`
	Endpoints []json.RawMessage `json:"endpoints"`
	Error     string            `json:"error,omitempty"`
}

// A message is a finding of an analyzer or a validator.
type message struct {
	Code      string         `json:"code"`
	Level     string         `json:"level"`
	Message   string         `json:"message"`
	Object    *messageObject `json:"object,omitempty"`
	FieldPath string         `json:"fieldPath,omitempty"`
}

type messageObject struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
	Cluster    string `json:"cluster,omitempty"`
	Ref        string `json:"ref,omitempty"`
}
