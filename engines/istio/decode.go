package main

import (
	"encoding/json"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"istio.io/istio/pilot/pkg/config/kube/crdclient"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/kube"
)

const domainSuffix = "cluster.local"

// A decoded is an object of a kind that Istio knows.
type decoded struct {
	raw    json.RawMessage
	schema resource.Schema
	// typed is the object as a client of the API server would return it.
	typed runtime.Object
	// config is the same object as Istio's stores hold it.
	config config.Config
	// ref is the reference of an object of the configuration, and cluster the name of any other object's cluster.
	ref     string
	cluster string
	// apiVersion is the one that the author wrote.
	apiVersion string
	// fault says why Istio cannot read the object.
	fault string
}

// A decodedCluster is a cluster with its decoded objects.
type decodedCluster struct {
	clusterInput
	objects []*decoded
}

// A decodedMesh is a request whose objects are decoded.
type decodedMesh struct {
	meshSettings
	config   []*decoded
	clusters []*decodedCluster
	origins  *origins
}

func decodeMesh(req request) *decodedMesh {
	mesh := &decodedMesh{meshSettings: req.Mesh, origins: newOrigins()}
	for _, object := range req.Config {
		if one := decode(object.Object); one != nil {
			one.ref = object.Ref
			mesh.config = append(mesh.config, one)
		}
	}
	for _, input := range req.Clusters {
		mesh.clusters = append(mesh.clusters, decodeCluster(input))
	}
	return mesh
}

func decodeCluster(input clusterInput) *decodedCluster {
	cluster := &decodedCluster{clusterInput: input}
	for _, list := range [][]json.RawMessage{input.Namespaces, input.Services, input.Pods, input.EndpointSlices} {
		for _, raw := range list {
			if one := decode(raw); one != nil && one.fault == "" {
				one.cluster = input.Name
				cluster.objects = append(cluster.objects, one)
			}
		}
	}
	return cluster
}

// schemaOf returns the schema of a kind. Istio reads one version of each kind of the Gateway API, to which the API server
// converts all others.
func schemaOf(kind schema.GroupVersionKind) (resource.Schema, bool) {
	asked := config.GroupVersionKind{Group: kind.Group, Version: kind.Version, Kind: kind.Kind}
	if kind.Group == gvk.KubernetesGateway.Group {
		return collections.All.FindByGroupKind(asked)
	}
	return collections.All.FindByGroupVersionAliasesKind(asked)
}

// decode returns nil for an object of a kind that Istio does not know.
func decode(raw json.RawMessage) *decoded {
	var head metav1.PartialObjectMetadata
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil
	}
	schema, ok := schemaOf(head.GroupVersionKind())
	if !ok {
		return nil
	}
	one := &decoded{raw: raw, schema: schema, apiVersion: head.APIVersion}
	typed, err := kube.IstioScheme.New(schema.GroupVersionKind().Kubernetes())
	if err != nil {
		return nil
	}
	if err := json.Unmarshal(raw, typed); err != nil {
		one.fault = strings.TrimSpace(err.Error())
		one.config = config.Config{Meta: config.Meta{
			GroupVersionKind: schema.GroupVersionKind(), Name: head.Name, Namespace: head.Namespace,
		}}
		return one
	}
	one.typed = typed
	one.config = crdclient.TranslateObject(typed, schema.GroupVersionKind(), domainSuffix)
	return one
}
