package main

import (
	"context"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// The types of this file stand for what a registry can ask of the rest of a cluster. They answer that
// it is not found, because a repository does not hold it.

type noDiscovery struct{ discovery.DiscoveryInterface }

func (noDiscovery) ServerResourcesForGroupVersion(version string) (*metav1.APIResourceList, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{}, version)
}

type noObjects struct{}

func (noObjects) Get(_ context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{}, name)
}

type noWebhooks[T any] struct{}

func (noWebhooks[T]) Get(_ context.Context, name string, _ metav1.GetOptions) (*T, error) {
	return nil, apierrors.NewNotFound(admissionregistrationv1.Resource("webhookconfigurations"), name)
}
