package main

import (
	"fmt"
	"sync"

	extensions "k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	aggregatorscheme "k8s.io/kube-aggregator/pkg/apiserver/scheme"
	"k8s.io/kube-openapi/pkg/builder3"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	definitions "k8s.io/kubernetes/pkg/generated/openapi"
)

// A typeSource describes the fields of built-in kinds for the field manager.
type typeSource struct {
	scheme *runtime.Scheme
}

// openAPI describes all built-in kinds. It is made when first needed.
var openAPI = sync.OnceValue(func() *common.OpenAPIV3Config {
	namer := openapi.NewDefinitionNamer(legacyscheme.Scheme, extensions.Scheme, aggregatorscheme.Scheme)
	return genericapiserver.DefaultOpenAPIV3Config(definitions.GetOpenAPIDefinitions, namer)
})

func typeSourceFor(scheme *runtime.Scheme) *typeSource { return &typeSource{scheme} }

// converters has the types that were made, by the kinds that they describe. Releases have them in common.
var converters = map[string]managedfields.TypeConverter{}

// converter makes the types of the given kinds and of what they consist of.
func (t *typeSource) converter(kinds []schema.GroupVersionKind) (managedfields.TypeConverter, error) {
	key := fmt.Sprint(kinds)
	if known := converters[key]; known != nil {
		return known, nil
	}
	schemas, err := t.schemas(kinds)
	if err != nil {
		return nil, err
	}
	made, err := managedfields.NewTypeConverter(schemas, false)
	converters[key] = made
	return made, err
}

func (t *typeSource) schemas(kinds []schema.GroupVersionKind) (map[string]*spec.Schema, error) {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		sample, err := t.scheme.New(kind)
		if err != nil {
			return nil, err
		}
		names[i] = util.GetCanonicalTypeName(sample)
	}
	return builder3.BuildOpenAPIDefinitionsForResources(openAPI(), names...)
}
