package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extensions "k8s.io/apiextensions-apiserver/pkg/apiserver"
	listers "k8s.io/apiextensions-apiserver/pkg/client/listers/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apitypes "k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/tools/cache"
)

// customKinds are the kinds that the definitions of a request define.
type customKinds struct {
	server  *server
	kinds   map[schema.GroupKind]*customKind
	indexer cache.Indexer
	handler http.Handler
	fault   error
}

type customKind struct {
	definition *apiextensionsv1.CustomResourceDefinition
	// fault says why the API server refuses the definition, if it does.
	fault string
	// checked says that the definition itself has been checked.
	checked bool
	raw     json.RawMessage
}

// A servedKind is where objects of a custom kind are applied.
type servedKind struct {
	path       schema.GroupVersionResource
	namespaced bool
}

func newCustomKinds(s *server, definitions []json.RawMessage) *customKinds {
	c := &customKinds{
		server:  s,
		kinds:   map[schema.GroupKind]*customKind{},
		indexer: cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{}),
	}
	for i, raw := range definitions {
		raw, _ := jsonText(raw)
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := json.Unmarshal(raw, definition); err != nil {
			continue
		}
		definition.UID = apitypes.UID(fmt.Sprintf("definition-%d", i))
		kind := schema.GroupKind{Group: definition.Spec.Group, Kind: definition.Spec.Names.Kind}
		c.kinds[kind] = &customKind{definition: definition, raw: raw}
	}
	return c
}

// find returns the address of a custom kind, or nil if no definition serves it.
func (c *customKinds) find(kind schema.GroupVersionKind, res *result) *servedKind {
	custom := c.kinds[kind.GroupKind()]
	if custom == nil {
		return nil
	}
	if !custom.checked {
		c.establish(custom)
	}
	if custom.fault != "" {
		res.NotChecked = append(res.NotChecked, "the API server refuses the definition "+custom.definition.Name+": "+custom.fault)
		return nil
	}
	for _, v := range custom.definition.Spec.Versions {
		if v.Name == kind.Version && v.Served {
			return &servedKind{
				path:       kind.GroupVersion().WithResource(custom.definition.Spec.Names.Plural),
				namespaced: custom.definition.Spec.Scope == apiextensionsv1.NamespaceScoped,
			}
		}
	}
	res.NotChecked = append(res.NotChecked, "the definition "+custom.definition.Name+" does not serve "+kind.Version)
	return nil
}

// establish checks a definition and makes it known to the handler, as the API server's controllers do.
func (c *customKinds) establish(custom *customKind) {
	custom.checked = true
	if c.handler == nil && c.fault == nil {
		c.handler, c.fault = c.makeHandler()
	}
	if c.fault != nil {
		custom.fault = c.fault.Error()
		return
	}
	d := custom.definition
	extensions.Scheme.Default(d)
	d.Status.AcceptedNames = d.Spec.Names
	d.Status.Conditions = []apiextensionsv1.CustomResourceDefinitionCondition{
		{Type: apiextensionsv1.NamesAccepted, Status: apiextensionsv1.ConditionTrue},
		{Type: apiextensionsv1.Established, Status: apiextensionsv1.ConditionTrue},
	}
	for _, v := range d.Spec.Versions {
		if v.Storage {
			d.Status.StoredVersions = []string{v.Name}
		}
	}
	if err := c.indexer.Add(d); err != nil {
		custom.fault = err.Error()
	}
}

func (c *customKinds) makeHandler() (http.Handler, error) {
	static, err := typeSourceFor(extensions.Scheme).schemas([]schema.GroupVersionKind{
		apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition"),
		apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinitionList"),
	})
	if err != nil {
		return nil, err
	}
	options := storageOptions{c.server.memory, func(schema.GroupResource, runtime.Object) runtime.Codec {
		return unstructured.UnstructuredJSONScheme
	}}
	return extensions.NewCustomResourceDefinitionHandler(nil, nil, definitionInformer{c.indexer}, http.NotFoundHandler(), options,
		admission{}, nil, webhook.NewDefaultServiceResolver(), nil, 1, authorizerfactory.NewAlwaysAllowAuthorizer(),
		time.Minute, time.Minute, static, maxRequestBytes)
}

// definitionInformer hands definitions to the handler without watching an API server.
type definitionInformer struct{ indexer cache.Indexer }

func (d definitionInformer) Informer() cache.SharedIndexInformer {
	return cache.NewSharedIndexInformer(&cache.ListWatch{
		ListWithContextFunc: func(context.Context, metav1.ListOptions) (runtime.Object, error) {
			return &apiextensionsv1.CustomResourceDefinitionList{}, nil
		},
	}, &apiextensionsv1.CustomResourceDefinition{}, 0, cache.Indexers{})
}

func (d definitionInformer) Lister() listers.CustomResourceDefinitionLister {
	return listers.NewCustomResourceDefinitionLister(d.indexer)
}
