package main

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// schemeCodec encodes objects of a scheme for storage as the newest version of their group that has
// their kind, and decodes them to the internal version.
func schemeCodec(scheme *runtime.Scheme, codecs serializer.CodecFactory, mediaType string) func(schema.GroupResource, runtime.Object) runtime.Codec {
	info, found := runtime.SerializerInfoForMediaType(codecs.SupportedMediaTypes(), mediaType)
	if !found {
		panic("no serializer for " + mediaType)
	}
	return func(resource schema.GroupResource, _ runtime.Object) runtime.Codec {
		versions := schema.GroupVersions(scheme.PrioritizedVersionsForGroup(resource.Group))
		internal := schema.GroupVersion{Group: resource.Group, Version: runtime.APIVersionInternal}
		return codecs.CodecForVersions(info.Serializer, codecs.UniversalDeserializer(), versions, internal)
	}
}
