package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	klabels "k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/cache"

	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/informerfactory"
	"istio.io/istio/pkg/kube/kubetypes"
)

// A client serves the objects of one cluster of a request through informers. It reaches no API server: any other
// method of the interface would panic, and Istio calls none of them to generate configuration.
type client struct {
	kube.Client
	name      cluster.ID
	informers informerfactory.InformerFactory
	objects   map[schema.GroupVersionResource][]metav1.Object
}

func newClient(name string, objects []*decoded) *client {
	c := &client{
		name:      cluster.ID(name),
		informers: informerfactory.NewSharedInformerFactory(),
		objects:   map[schema.GroupVersionResource][]metav1.Object{},
	}
	for _, object := range objects {
		c.add(object.schema.GroupVersionResource(), object.typed.(metav1.Object))
	}
	return c
}

func (c *client) add(gvr schema.GroupVersionResource, object metav1.Object) {
	c.objects[gvr] = append(c.objects[gvr], object)
}

func (c *client) ClusterID() cluster.ID { return c.name }

func (c *client) CrdWatcher() kubetypes.CrdWatcher { return knownKinds{} }

func (c *client) ObjectFilter() kubetypes.DynamicObjectFilter {
	return kubetypes.NewStaticObjectFilter(func(any) bool { return true })
}

func (c *client) Informers() informerfactory.InformerFactory { return factory{c.informers, c} }

func (c *client) RunAndWait(stop <-chan struct{}) bool {
	c.informers.Start(stop)
	return true
}

func (c *client) IsWatchListSemanticsUnSupported() bool { return true }

// A factory returns informers over the objects of a client.
type factory struct {
	informerfactory.InformerFactory
	client *client
}

func (f factory) InformerFor(
	gvr schema.GroupVersionResource, opts kubetypes.InformerOptions, _ informerfactory.NewInformerFunc,
) informerfactory.StartableInformer {
	return f.InformerFactory.InformerFor(gvr, opts, func() cache.SharedIndexInformer {
		return newInformer(f.client.matching(gvr, opts))
	})
}

// matching returns the objects that the API server would list with the given options.
func (c *client) matching(gvr schema.GroupVersionResource, opts kubetypes.InformerOptions) []metav1.Object {
	if opts.InformerType != kubetypes.StandardInformer {
		return nil
	}
	labels, labelErr := klabels.Parse(opts.LabelSelector)
	field, fieldErr := fields.ParseSelector(opts.FieldSelector)
	var found []metav1.Object
	for _, object := range c.objects[gvr] {
		isIn := opts.Namespace == "" || opts.Namespace == object.GetNamespace()
		isSelected := labelErr == nil && labels.Matches(klabels.Set(object.GetLabels())) &&
			fieldErr == nil && field.Matches(fieldsOf(object))
		if isIn && isSelected {
			found = append(found, object)
		}
	}
	return found
}

// fieldsOf returns the fields by which Istio selects objects.
func fieldsOf(object metav1.Object) fields.Set {
	set := fields.Set{"metadata.name": object.GetName(), "metadata.namespace": object.GetNamespace()}
	switch typed := object.(type) {
	case *corev1.Pod:
		set["status.phase"] = string(typed.Status.Phase)
	case *corev1.Secret:
		set["type"] = string(typed.Type)
	}
	return set
}

// knownKinds answers that every kind has a definition in the cluster.
type knownKinds struct{}

func (knownKinds) HasSynced() bool { return true }

func (knownKinds) KnownOrCallback(schema.GroupVersionResource, func(stop <-chan struct{})) bool {
	return true
}

func (knownKinds) WaitForCRD(schema.GroupVersionResource, <-chan struct{}) bool { return true }

func (knownKinds) Run(<-chan struct{}) {}
