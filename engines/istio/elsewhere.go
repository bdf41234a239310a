package main

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/msg"
)

// injected are findings about what the injection of sidecars adds to pods. The pods of a request come from the
// templates of workloads, before any injection.
var injected = []*diag.MessageType{
	msg.PodMissingProxy, msg.PodsIstioProxyImageMismatchInNamespace, msg.NamespaceNotInjected,
	msg.NamespaceMultipleInjectionLabels,
}

// livesElsewhere reports whether a message is about an object that a cluster has although the request has not: a
// Secret, which the repository may hold encrypted or not at all, the pods of a gateway that was installed
// in another way, and a namespace.
func (f *findings) livesElsewhere(found diag.Message) bool {
	if slices.Contains(injected, found.Type) {
		return true
	}
	if found.Type != msg.ReferencedResourceNotFound || len(found.Parameters) < 2 {
		return false
	}
	name, _ := found.Parameters[1].(string)
	switch found.Parameters[0] {
	case "credentialName":
		return true
	case "selector":
		return !f.hasPodWithLabels(name)
	case "namespace":
		return len(f.namespaces()) == 0
	}
	return false
}

// hasPodWithLabels reports whether any cluster has a pod with the labels of a selector, whatever their values.
func (f *findings) hasPodWithLabels(selector string) bool {
	var keys []string
	for _, term := range strings.Split(selector, ",") {
		key, _, _ := strings.Cut(term, "=")
		keys = append(keys, key)
	}
	for _, one := range f.mesh.clusters {
		for _, object := range one.objects {
			pod, ok := object.typed.(*corev1.Pod)
			if !ok {
				continue
			}
			lacks := func(key string) bool { return pod.Labels[key] == "" }
			if !slices.ContainsFunc(keys, lacks) {
				return true
			}
		}
	}
	return false
}

func (f *findings) namespaces() []string {
	var names []string
	for _, one := range f.mesh.clusters {
		for _, object := range one.objects {
			if space, ok := object.typed.(*corev1.Namespace); ok {
				names = append(names, space.Name)
			}
		}
	}
	return names
}
