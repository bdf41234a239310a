package main

import (
	apiadmission "k8s.io/apiserver/pkg/admission"
	core "k8s.io/kubernetes/pkg/apis/core"
)

// evictionSeconds is how long Pods stay on a node that fails, unless they say it themselves.
const evictionSeconds int64 = 300

// The taints of a node that fails.
var failures = []string{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}

// addTolerations does what the plug-in DefaultTolerationSeconds does: each Pod tolerates nodes that
// fail for some time.
func addTolerations(a apiadmission.Attributes) {
	pod, isPod := a.GetObject().(*core.Pod)
	if !isPod {
		return
	}
	for _, taint := range failures {
		if tolerates(pod, taint) {
			continue
		}
		seconds := evictionSeconds
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, core.Toleration{
			Key:               taint,
			Operator:          core.TolerationOpExists,
			Effect:            core.TaintEffectNoExecute,
			TolerationSeconds: &seconds,
		})
	}
}

func tolerates(pod *core.Pod, taint string) bool {
	for _, t := range pod.Spec.Tolerations {
		if (t.Key == taint || t.Key == "") && (t.Effect == core.TaintEffectNoExecute || t.Effect == "") {
			return true
		}
	}
	return false
}
