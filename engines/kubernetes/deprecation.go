package main

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/endpoints/deprecation"
)

// deprecations returns the API server's warning for a version of a kind that is deprecated in the release.
func deprecations(scheme *runtime.Scheme, kind schema.GroupVersionKind, release *version.Version) []string {
	obj, err := scheme.New(kind)
	if err != nil {
		return nil
	}
	obj.GetObjectKind().SetGroupVersionKind(kind)
	if !deprecation.IsDeprecated(obj, int(release.Major()), int(release.Minor())) {
		return nil
	}
	return []string{deprecation.WarningMessage(obj)}
}
