package main

import (
	"context"
	"errors"
	"maps"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apiadmission "k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podsecurity "k8s.io/pod-security-admission/admission"
	securityconfig "k8s.io/pod-security-admission/admission/api"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/metrics"
	"k8s.io/pod-security-admission/policy"
)

// security applies the Pod Security Standards that the labels of namespaces name.
type security struct {
	namespaces map[string]map[string]string
	admission  *podsecurity.Admission
}

// unrestricted is the default of a kube-apiserver for namespaces without labels.
var unrestricted = securityconfig.PodSecurityDefaults{
	Enforce: "privileged", EnforceVersion: "latest",
	Audit: "privileged", AuditVersion: "latest",
	Warn: "privileged", WarnVersion: "latest",
}

func newSecurity(s *server, namespaces map[string]map[string]string) (*security, error) {
	evaluator, err := s.podPolicies()
	if err != nil {
		return nil, err
	}
	sec := &security{namespaces: namespaces}
	sec.admission = &podsecurity.Admission{
		Configuration:    &securityconfig.PodSecurityConfiguration{Defaults: unrestricted},
		Evaluator:        evaluator,
		Metrics:          noMetrics{},
		PodSpecExtractor: podsecurity.DefaultPodSpecExtractor{},
		NamespaceGetter:  sec,
		PodLister:        sec,
	}
	return sec, sec.admission.CompleteConfiguration()
}

// podPolicies returns the checks of the standards, which depend on the release.
func (s *server) podPolicies() (policy.Evaluator, error) {
	if s.podChecks == nil {
		version := api.MajorMinorVersion(int(s.release.Major()), int(s.release.Minor()))
		checks, err := policy.NewEvaluator(policy.DefaultChecks(), &version)
		if err != nil {
			return nil, err
		}
		s.podChecks = checks
	}
	return s.podChecks, nil
}

// templates says that the request is about a kind with a template of Pods, for GetNamespace.
type templates struct{}

func (s *security) validate(ctx context.Context, check checking, a apiadmission.Attributes) error {
	resource := a.GetResource().GroupResource()
	isNamespace := resource == corev1.Resource("namespaces")
	if !isNamespace && !s.admission.PodSpecExtractor.HasPodSpec(resource) {
		return nil
	}
	if !isNamespace && resource != corev1.Resource("pods") {
		ctx = context.WithValue(ctx, templates{}, true)
	}
	response := s.admission.Validate(ctx, podAttributes{a})
	for _, text := range response.Warnings {
		(*warnings)(check.result).AddWarning("", text)
	}
	if response.Allowed {
		return nil
	}
	return refusal(a, response.Result)
}

// refusal is the error that the API server makes of the status of a refused Pod or Namespace.
func refusal(a apiadmission.Attributes, status *metav1.Status) error {
	err := apiadmission.NewForbidden(a, errors.New("Not allowed by PodSecurity")).(*apierrors.StatusError)
	if status == nil {
		return err
	}
	if status.Message != "" {
		err.ErrStatus.Message = status.Message
	}
	if status.Reason != "" {
		err.ErrStatus.Reason = status.Reason
	}
	if status.Details != nil {
		err.ErrStatus.Details = status.Details
	}
	if status.Code != 0 {
		err.ErrStatus.Code = status.Code
	}
	return err
}

// GetNamespace returns a namespace with the labels that the repository gives it.
func (s *security) GetNamespace(ctx context.Context, name string) (*corev1.Namespace, error) {
	labels := s.namespaces[name]
	if ctx.Value(templates{}) != nil {
		labels = stricter(labels)
	}
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, nil
}

// ListPods finds nothing: which Pods run in a namespace is not known here.
func (s *security) ListPods(context.Context, string) ([]*corev1.Pod, error) { return nil, nil }

// podAttributes gives Pod Security the objects in the versions that it knows.
type podAttributes struct{ apiadmission.Attributes }

func (a podAttributes) GetOperation() admissionv1.Operation {
	return admissionv1.Operation(a.Attributes.GetOperation())
}

func (a podAttributes) GetObject() (runtime.Object, error) {
	return versioned(a.Attributes.GetObject())
}

func (a podAttributes) GetOldObject() (runtime.Object, error) {
	return versioned(a.Attributes.GetOldObject())
}

func (a podAttributes) GetUserName() string { return a.GetUserInfo().GetName() }

// versioned converts an object to the version that a cluster stores, which Pod Security knows.
func versioned(obj runtime.Object) (runtime.Object, error) {
	kinds, _, err := legacyscheme.Scheme.ObjectKinds(obj)
	if err != nil {
		return nil, err
	}
	v1 := schema.GroupVersion{Group: kinds[0].Group, Version: "v1"}
	return legacyscheme.Scheme.ConvertToVersion(obj, v1)
}

// stricter returns labels that warn of what they enforce, because the API server does not apply
// enforce to the templates of Pods.
func stricter(labels map[string]string) map[string]string {
	enforced, isSet := labels[api.EnforceLevelLabel]
	warned := api.Level(labels[api.WarnLevelLabel])
	if !isSet || api.CompareLevels(api.Level(enforced), warned) <= 0 {
		return labels
	}
	labels = maps.Clone(labels)
	labels[api.WarnLevelLabel] = enforced
	if version, isSet := labels[api.EnforceVersionLabel]; isSet {
		labels[api.WarnVersionLabel] = version
	} else {
		delete(labels, api.WarnVersionLabel)
	}
	return labels
}

// noMetrics counts nothing.
type noMetrics struct{}

func (noMetrics) RecordEvaluation(metrics.Decision, api.LevelVersion, metrics.Mode, api.Attributes) {}
func (noMetrics) RecordExemption(api.Attributes)                                                    {}
func (noMetrics) RecordError(bool, api.Attributes)                                                  {}
