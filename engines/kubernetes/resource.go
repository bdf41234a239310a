package main

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/endpoints/handlers"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// Objects larger than this are refused by the API server before it reads them.
const maxRequestBytes = 3 * 1024 * 1024

// A resource is a served version of a built-in kind, with the API server's handler for patches.
type resource struct {
	path       schema.GroupVersionResource
	namespaced bool
	apply      http.HandlerFunc
	warnings   []string
}

func isSubresource(path string) bool { return strings.Contains(path, "/") }

// resource returns the resource of a kind, or nil if the release does not serve it.
func (s *server) resource(kind schema.GroupVersionKind) (*resource, error) {
	if r, made := s.resources[kind]; made {
		return r, nil
	}
	r, err := s.makeResource(kind)
	if err != nil {
		return nil, err
	}
	s.resources[kind] = r
	return r, nil
}

func (s *server) makeResource(kind schema.GroupVersionKind) (*resource, error) {
	g, err := s.group(kind.Group)
	if err != nil || g == nil {
		return nil, err
	}
	path, served := g.kinds[kind]
	if !served {
		return nil, nil
	}
	storage := g.info.VersionedResourcesStorageMap[kind.Version][path]
	patcher, patchable := storage.(rest.Patcher)
	if !patchable {
		return nil, nil
	}
	r := &resource{
		path:       kind.GroupVersion().WithResource(path),
		namespaced: storage.(rest.Scoper).NamespaceScoped(),
		warnings:   deprecations(g.info.Scheme, kind, s.release),
	}
	scope, err := g.scope(kind, r, storage)
	if err != nil {
		return nil, err
	}
	// The handler wraps its admission with each request, so that each request needs a new one.
	r.apply = func(w http.ResponseWriter, req *http.Request) {
		handlers.PatchResource(patcher, scope, admission{}, []string{string(types.ApplyYAMLPatchType)})(w, req)
	}
	return r, nil
}

// scope describes the resource to the handler as the API server's installer does.
func (g *group) scope(kind schema.GroupVersionKind, r *resource, storage rest.Storage) (*handlers.RequestScope, error) {
	scheme := g.info.Scheme
	unsafe := runtime.UnsafeObjectConvertor(scheme)
	hub := schema.GroupVersion{Group: kind.Group, Version: runtime.APIVersionInternal}
	converter, err := g.types.converter(g.versionsOf(kind))
	if err != nil {
		return nil, err
	}
	fields, err := managedfields.NewDefaultFieldManager(converter, unsafe, scheme, scheme, kind, hub, "", resetFields(storage))
	return &handlers.RequestScope{
		Namer:                    handlers.ContextBasedNaming{Namer: meta.NewAccessor(), ClusterScoped: !r.namespaced},
		Serializer:               g.info.NegotiatedSerializer,
		ParameterCodec:           g.info.ParameterCodec,
		Creater:                  scheme,
		Convertor:                scheme,
		Defaulter:                scheme,
		Typer:                    scheme,
		UnsafeConvertor:          unsafe,
		Authorizer:               authorizerfactory.NewAlwaysAllowAuthorizer(),
		FieldManager:             fields,
		Resource:                 r.path,
		Kind:                     kind,
		MetaGroupVersion:         metav1.SchemeGroupVersion,
		HubGroupVersion:          hub,
		EquivalentResourceMapper: runtime.NewEquivalentResourceRegistry(),
		MaxRequestBodyBytes:      maxRequestBytes,
	}, err
}

// versionsOf returns all served versions of a kind in order: an object may change from one to another.
func (g *group) versionsOf(kind schema.GroupVersionKind) (versions []schema.GroupVersionKind) {
	for served := range g.kinds {
		if served.GroupKind() == kind.GroupKind() {
			versions = append(versions, served)
		}
	}
	slices.SortFunc(versions, func(a, b schema.GroupVersionKind) int { return cmp.Compare(a.Version, b.Version) })
	return versions
}

// resetFields returns the fields that the registry takes from nobody who applies, such as status.
func resetFields(storage rest.Storage) map[fieldpath.APIVersion]fieldpath.Filter {
	switch s := storage.(type) {
	case rest.ResetFieldsFilterStrategy:
		return s.GetResetFieldsFilter()
	case rest.ResetFieldsStrategy:
		return fieldpath.NewExcludeFilterSetMap(s.GetResetFields())
	}
	return nil
}
