package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	corev1listers "k8s.io/client-go/listers/core/v1"
)

// namespaceOf returns a namespace with the labels that the repository gives it. Each namespace is
// taken to be there.
func namespaceOf(set map[string]map[string]string, name string) *corev1.Namespace {
	all := labels.Merge(set[name], labels.Set{corev1.LabelMetadataName: name})
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: all}}
}

// labelledNamespaces is a client that knows the namespaces of the check that asks.
type labelledNamespaces struct {
	corev1client.NamespaceInterface
}

func (labelledNamespaces) Get(ctx context.Context, name string, _ metav1.GetOptions) (*corev1.Namespace, error) {
	check := ctx.Value(checkingKey{}).(checking)
	return namespaceOf(check.cluster.namespaces, name), nil
}

// A namespaceLister knows the namespaces of one request.
type namespaceLister struct {
	corev1listers.NamespaceLister
	labels map[string]map[string]string
}

func (l namespaceLister) Get(name string) (*corev1.Namespace, error) {
	return namespaceOf(l.labels, name), nil
}
