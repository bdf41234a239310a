package main

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// params are the objects of a request that parameterise policies.
type params struct {
	cluster *cluster
	kinds   map[schema.GroupVersionKind]cache.Indexer
}

func newParams(c *cluster) *params {
	return &params{cluster: c, kinds: map[schema.GroupVersionKind]cache.Indexer{}}
}

// add keeps an object as a policy would see it: typed and without its kind where the API server knows
// the type.
func (p *params) add(obj object) error {
	content := &unstructured.Unstructured{}
	if err := content.UnmarshalJSON(obj.raw); err != nil {
		return err
	}
	if p.isNamespaced(obj.kind) {
		content.SetNamespace(obj.namespace)
	}
	var param runtime.Object = content
	if typed, err := legacyscheme.Scheme.New(obj.kind); err == nil {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content.Object, typed); err != nil {
			return err
		}
		typed.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		param = typed
	}
	if p.kinds[obj.kind] == nil {
		p.kinds[obj.kind] = cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	}
	return p.kinds[obj.kind].Add(param)
}

func (p *params) isNamespaced(kind schema.GroupVersionKind) bool {
	var unused result
	_, _, namespaced, _ := p.cluster.find(kind, &unused)
	return namespaced
}

func kindOf(param *admissionregistrationv1.ParamKind) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(param.APIVersion, param.Kind)
}

// lacks says which parameters of a binding the repository does not hold.
func (p *params) lacks(policy *admissionregistrationv1.ValidatingAdmissionPolicy, binding *admissionregistrationv1.ValidatingAdmissionPolicyBinding) string {
	if policy.Spec.ParamKind == nil || binding.Spec.ParamRef == nil {
		return ""
	}
	kind, ref := kindOf(policy.Spec.ParamKind), binding.Spec.ParamRef
	indexer := p.kinds[kind]
	if indexer == nil {
		return fmt.Sprintf("the repository holds no %s", kind.Kind)
	}
	for _, param := range indexer.List() {
		accessor, err := meta.Accessor(param)
		if err == nil && selects(ref, accessor) {
			return ""
		}
	}
	return fmt.Sprintf("the repository does not hold the %s that it refers to", kind.Kind)
}

func selects(ref *admissionregistrationv1.ParamRef, param metav1.Object) bool {
	if ref.Name != "" {
		return ref.Name == param.GetName()
	}
	selector, err := metav1.LabelSelectorAsSelector(ref.Selector)
	return err == nil && selector.Matches(labels.Set(param.GetLabels()))
}

// informer returns the parameters of a policy in the form that the evaluator takes.
func (p *params) informer(policy *admissionregistrationv1.ValidatingAdmissionPolicy) (informers.GenericInformer, meta.RESTScope) {
	if policy.Spec.ParamKind == nil {
		return nil, nil
	}
	kind := kindOf(policy.Spec.ParamKind)
	indexer := p.kinds[kind]
	if indexer == nil {
		indexer = cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	}
	scope := meta.RESTScopeRoot
	if p.isNamespaced(kind) {
		scope = meta.RESTScopeNamespace
	}
	return paramInformer{indexer, kind}, scope
}

// A paramInformer hands out parameters without watching an API server.
type paramInformer struct {
	indexer cache.Indexer
	kind    schema.GroupVersionKind
}

func (i paramInformer) Informer() cache.SharedIndexInformer { return syncedInformer{} }

func (i paramInformer) Lister() cache.GenericLister {
	resource := schema.GroupResource{Group: i.kind.Group, Resource: i.kind.Kind}
	return cache.NewGenericLister(i.indexer, resource)
}

type syncedInformer struct{ cache.SharedIndexInformer }

func (syncedInformer) HasSynced() bool { return true }
