package main

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/storage"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/apiserver/pkg/storage/storagebackend/factory"
	"k8s.io/client-go/tools/cache"
)

// storageOptions gives each registry a store in memory.
type storageOptions struct {
	memory *memory
	codec  func(schema.GroupResource, runtime.Object) runtime.Codec
}

func (o storageOptions) GetRESTOptions(resource schema.GroupResource, example runtime.Object) (generic.RESTOptions, error) {
	config := storagebackend.Config{Codec: o.codec(resource, example)}
	return generic.RESTOptions{
		StorageConfig:  config.ForResource(resource),
		Decorator:      o.decorate,
		ResourcePrefix: resource.String(),
	}, nil
}

func (o storageOptions) decorate(config *storagebackend.ConfigForResource, _ string,
	_ func(runtime.Object) (string, error), _, _ func() runtime.Object, _ storage.AttrFunc,
	_ storage.IndexerFuncs, _ *cache.Indexers) (storage.Interface, factory.DestroyFunc, error) {
	return &store{memory: o.memory, codec: config.Codec}, func() {}, nil
}

// everything serves each resource that its group knows.
type everything struct{}

func (everything) ResourceEnabled(schema.GroupVersionResource) bool           { return true }
func (everything) AnyResourceForGroupEnabled(string) bool                     { return true }
func (everything) ResourceExplicitlyEnabled(schema.GroupVersionResource) bool { return false }
func (everything) VersionExplicitlyEnabled(schema.GroupVersion) bool          { return false }
