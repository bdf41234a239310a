package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	legacykube "istio.io/istio/pkg/config/analysis/legacy/source/kube"
	"istio.io/istio/pkg/config/analysis/msg"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/gvk"
)

// A findings is the context in which analyzers run: the objects of all clusters of a mesh.
type findings struct {
	mesh      *decodedMesh
	instances map[config.GroupVersionKind][]*resource.Instance
	byName    map[config.GroupVersionKind]map[resource.FullName]*resource.Instance
	objects   map[*resource.Instance]*decoded
	paths     map[*resource.Instance][]string
	messages  diag.Messages
}

// analyze runs Istio's analyzers and validators.
func analyze(mesh *decodedMesh) []message {
	f := &findings{
		mesh: mesh, instances: map[config.GroupVersionKind][]*resource.Instance{},
		byName:  map[config.GroupVersionKind]map[resource.FullName]*resource.Instance{},
		objects: map[*resource.Instance]*decoded{}, paths: map[*resource.Instance][]string{},
	}
	for _, object := range mesh.config {
		f.add(object)
	}
	for _, one := range mesh.clusters {
		for _, object := range one.objects {
			f.add(object)
		}
	}
	f.addMeshConfig()
	for _, analyzer := range analyzers.All() {
		f.run(analyzer)
	}
	out := []message{}
	for _, found := range f.messages.SortedDedupedCopy() {
		if !f.livesElsewhere(found) {
			out = append(out, f.messageOf(found))
		}
	}
	return out
}

// run runs one analyzer. An analyzer that ends early, for example because it needs the state of a cluster, does not
// prevent the others.
func (f *findings) run(analyzer analysis.Analyzer) {
	defer func() { _ = recover() }()
	analyzer.Analyze(f)
}

func (f *findings) add(object *decoded) {
	kind := object.schema.GroupVersionKind()
	if object.fault != "" {
		object.config.Spec = nil
	}
	instance := resource.PilotConfigToInstance(&object.config, object.schema)
	lines, paths := fieldPaths(object.raw)
	instance.Origin = &legacykube.Origin{
		Type: kind, FullName: instance.Metadata.FullName, FieldsMap: lines, Cluster: cluster.ID(f.clusterOf(object)),
	}
	f.objects[instance] = object
	f.paths[instance] = paths
	if object.fault != "" {
		f.Report(kind, msg.NewSchemaValidationError(instance, fmt.Errorf("%s", object.fault)))
		return
	}
	f.reportUnknownFields(instance, object)
	f.instances[kind] = append(f.instances[kind], instance)
	if f.byName[kind] == nil {
		f.byName[kind] = map[resource.FullName]*resource.Instance{}
	}
	if f.byName[kind][instance.Metadata.FullName] == nil {
		f.byName[kind][instance.Metadata.FullName] = instance
	}
}

func (f *findings) clusterOf(object *decoded) string {
	if object.cluster != "" {
		return object.cluster
	}
	return f.mesh.ControlPlane
}

// reportUnknownFields reports the first field that Istio's API does not have.
func (f *findings) reportUnknownFields(instance *resource.Instance, object *decoded) {
	if _, ok := collections.Istio.FindByGroupVersionKind(object.schema.GroupVersionKind()); !ok {
		return
	}
	var written struct {
		Spec json.RawMessage `json:"spec"`
	}
	spec, err := object.schema.NewInstance()
	if err != nil || json.Unmarshal(object.raw, &written) != nil || len(written.Spec) == 0 {
		return
	}
	if err := config.ApplyJSONStrict(spec, string(written.Spec)); err != nil {
		f.Report(object.schema.GroupVersionKind(), msg.NewSchemaValidationError(instance, err))
	}
}

func (f *findings) addMeshConfig() {
	watcher, err := meshConfigOf(f.mesh.meshSettings)
	if err != nil {
		return
	}
	name := config.Meta{GroupVersionKind: gvk.MeshConfig, Name: "meshconfig", Namespace: systemNamespace}
	instance := resource.PilotConfigToInstance(&config.Config{Meta: name, Spec: watcher.Mesh()}, collections.MeshConfig)
	instance.Origin = &legacykube.Origin{Type: gvk.MeshConfig, FullName: instance.Metadata.FullName}
	f.instances[gvk.MeshConfig] = []*resource.Instance{instance}
	f.byName[gvk.MeshConfig] = map[resource.FullName]*resource.Instance{instance.Metadata.FullName: instance}
}

// Report implements analysis.Context.
func (f *findings) Report(_ config.GroupVersionKind, found diag.Message) {
	f.messages.Add(found)
}

// Find implements analysis.Context.
func (f *findings) Find(kind config.GroupVersionKind, name resource.FullName) *resource.Instance {
	return f.byName[kind][name]
}

// Exists implements analysis.Context.
func (f *findings) Exists(kind config.GroupVersionKind, name resource.FullName) bool {
	return f.Find(kind, name) != nil
}

// ForEach implements analysis.Context.
func (f *findings) ForEach(kind config.GroupVersionKind, visit analysis.IteratorFn) {
	for _, instance := range f.instances[kind] {
		if !visit(instance) {
			return
		}
	}
}

// Canceled implements analysis.Context.
func (f *findings) Canceled() bool { return false }

// SetAnalyzer implements analysis.Context.
func (f *findings) SetAnalyzer(string) {}

func (f *findings) messageOf(found diag.Message) message {
	out := message{
		Code: found.Type.Code(), Level: found.Type.Level().String(),
		Message: fmt.Sprintf(found.Type.Template(), found.Parameters...),
	}
	if found.Resource == nil {
		return out
	}
	full := found.Resource.Metadata.FullName
	about := &messageObject{
		Kind: found.Resource.Metadata.Schema.Kind(), Namespace: string(full.Namespace), Name: string(full.Name),
	}
	out.Object = about
	if object, ok := f.objects[found.Resource]; ok {
		about.APIVersion, about.Ref, about.Cluster = object.apiVersion, object.ref, object.cluster
	}
	paths := f.paths[found.Resource]
	if found.Line > 0 && found.Line <= len(paths) {
		out.FieldPath = strings.Trim(paths[found.Line-1], "{}.")
	} else {
		out.FieldPath = unknownField(out.Message, paths)
	}
	return out
}

// isRefused reports whether Istio's validation refuses an object of Istio's kinds. Its webhook keeps such an object out
// of the cluster, so that the control plane never reads it.
func isRefused(object *decoded) bool {
	schema, ok := collections.Istio.FindByGroupVersionKind(object.schema.GroupVersionKind())
	if !ok {
		return false
	}
	_, err := schema.ValidateConfig(object.config)
	return err != nil
}
