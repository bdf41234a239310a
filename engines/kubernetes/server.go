package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/endpoints"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/pod-security-admission/policy"
)

// A server holds what follows from a release alone: the registries of the built-in kinds and the
// types of their fields. Both are made when an object first needs them.
type server struct {
	release   *version.Version
	memory    *memory
	providers map[string]provider
	groups    map[string]*group
	resources map[schema.GroupVersionKind]*resource
	podChecks policy.Evaluator
	ports     *ports
}

// A group is an API group of built-in kinds.
type group struct {
	info  genericapiserver.APIGroupInfo
	kinds map[schema.GroupVersionKind]string
	types *typeSource
}

func newServer(release *version.Version) *server {
	s := &server{
		release:   release,
		memory:    newMemory(),
		providers: map[string]provider{},
		groups:    map[string]*group{},
		resources: map[schema.GroupVersionKind]*resource{},
		ports:     newPorts(),
	}
	for _, p := range providers(s) {
		s.providers[p.GroupName()] = p
	}
	return s
}

// isBuiltIn reports whether the API server itself has the group.
func (s *server) isBuiltIn(name string) bool { return s.providers[name] != nil }

// group returns an API group, or nil if the release does not serve it.
func (s *server) group(name string) (*group, error) {
	if g, made := s.groups[name]; made {
		return g, nil
	}
	g, err := s.makeGroup(name)
	if err != nil {
		return nil, fmt.Errorf("API group %q: %w", name, err)
	}
	s.groups[name] = g
	return g, nil
}

func (s *server) makeGroup(name string) (*group, error) {
	p := s.providers[name]
	if p == nil {
		return nil, nil
	}
	info, err := p.NewRESTStorage(everything{}, optionsFor(name, s.memory))
	if err != nil {
		return nil, err
	}
	lifecycle, err := genericapiserver.NewResourceExpirationEvaluator(s.release)
	if err != nil {
		return nil, err
	}
	if err := lifecycle.RemoveUnavailableKinds(name, info.Scheme, info.VersionedResourcesStorageMap, everything{}); err != nil {
		return nil, err
	}
	g := &group{info: info, kinds: map[schema.GroupVersionKind]string{}, types: typeSourceFor(info.Scheme)}
	return g, g.indexKinds(name)
}

// indexKinds finds the resource of each kind that the group serves.
func (g *group) indexKinds(name string) error {
	for apiVersion, resources := range g.info.VersionedResourcesStorageMap {
		groupVersion := schema.GroupVersion{Group: name, Version: apiVersion}
		for path, storage := range resources {
			if isSubresource(path) {
				continue
			}
			kind, err := endpoints.GetResourceKind(groupVersion, storage, g.info.Scheme)
			if err != nil {
				return err
			}
			g.kinds[kind] = path
		}
	}
	return nil
}

// forget empties the database before a check.
func (s *server) forget() {
	s.memory.clear()
	clear(s.ports.used)
}
