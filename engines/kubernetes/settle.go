package main

import (
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apimachinery/pkg/runtime"
	core "k8s.io/kubernetes/pkg/apis/core"
)

// settle gives the stored object before a change the status that a cluster's controllers give it, as
// far as the rules for a change depend on it.
func settle(obj runtime.Object) {
	switch o := obj.(type) {
	case *core.PersistentVolumeClaim:
		o.Status.Phase = core.ClaimBound
		o.Status.AccessModes = o.Spec.AccessModes
		o.Status.Capacity = o.Spec.Resources.Requests.DeepCopy()
	case *apiextensions.CustomResourceDefinition:
		o.Status.AcceptedNames = o.Spec.Names
		o.Status.Conditions = []apiextensions.CustomResourceDefinitionCondition{
			{Type: apiextensions.NamesAccepted, Status: apiextensions.ConditionTrue},
			{Type: apiextensions.Established, Status: apiextensions.ConditionTrue},
		}
	}
}
