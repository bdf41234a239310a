package main

import (
	"errors"
	"fmt"

	apiadmission "k8s.io/apiserver/pkg/admission"
	core "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/scheduling"
)

// admitPod does for a new Pod what the plug-ins ServiceAccount, Priority and RuntimeClass do, and notes
// which objects of the cluster they would look up.
func admitPod(check checking, a apiadmission.Attributes) error {
	pod, isPod := a.GetObject().(*core.Pod)
	if !isPod || a.GetOperation() != apiadmission.Create {
		return nil
	}
	if err := setAccount(pod); err != nil {
		return apiadmission.NewForbidden(a, err)
	}
	if err := setPriority(check, pod); err != nil {
		return apiadmission.NewForbidden(a, err)
	}
	if err := checkOverhead(check, pod); err != nil {
		return apiadmission.NewForbidden(a, err)
	}
	return nil
}

// setAccount gives a Pod the account "default", and refuses what a Pod that a kubelet runs by itself
// must not have.
func setAccount(pod *core.Pod) error {
	if _, isMirror := pod.Annotations[core.MirrorPodAnnotationKey]; isMirror {
		return checkMirror(pod)
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
		pod.Spec.DeprecatedServiceAccount = "default"
	}
	return nil
}

func checkMirror(pod *core.Pod) error {
	if pod.Spec.ServiceAccountName != "" {
		return errors.New("a mirror pod may not reference service accounts")
	}
	for _, volume := range pod.Spec.Volumes {
		if volume.Secret != nil {
			return errors.New("a mirror pod may not reference secrets")
		}
	}
	return nil
}

// systemPriorities are the PriorityClasses that each cluster has.
var systemPriorities = map[string]int32{
	"":                               scheduling.DefaultPriorityWhenNoDefaultClassExists,
	scheduling.SystemClusterCritical: scheduling.SystemCriticalPriority,
	scheduling.SystemNodeCritical:    scheduling.SystemCriticalPriority + 1000,
}

func setPriority(check checking, pod *core.Pod) error {
	class := pod.Spec.PriorityClassName
	priority, isKnown := systemPriorities[class]
	if !isKnown {
		check.result.NotChecked = append(check.result.NotChecked, fmt.Sprintf("whether the cluster has the PriorityClass %q", class))
		return nil
	}
	if given := pod.Spec.Priority; given != nil && *given != priority {
		return fmt.Errorf("the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name", *given, priority)
	}
	policy := core.PreemptLowerPriority
	if given := pod.Spec.PreemptionPolicy; given != nil && *given != policy {
		return fmt.Errorf("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name", *given, policy)
	}
	pod.Spec.Priority, pod.Spec.PreemptionPolicy = &priority, &policy
	return nil
}

func checkOverhead(check checking, pod *core.Pod) error {
	if class := pod.Spec.RuntimeClassName; class != nil {
		check.result.NotChecked = append(check.result.NotChecked, fmt.Sprintf("whether the cluster has the RuntimeClass %q", *class))
		return nil
	}
	if pod.Spec.Overhead != nil {
		return errors.New("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
	}
	return nil
}
