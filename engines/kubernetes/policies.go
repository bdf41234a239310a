package main

import (
	"context"
	"encoding/json"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apiadmission "k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/admission/plugin/policy/matching"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// policies are the ValidatingAdmissionPolicies of a request with their bindings.
type policies struct {
	hooks      []validating.PolicyHook
	dispatcher generic.Dispatcher[validating.PolicyHook]
	// notChecked says of which policies the parameters are unknown.
	notChecked []string
}

func newPolicies(c *cluster, req request) (*policies, error) {
	p := &policies{}
	params := newParams(c)
	found := map[string]*admissionregistrationv1.ValidatingAdmissionPolicy{}
	var bindings []*admissionregistrationv1.ValidatingAdmissionPolicyBinding
	for _, raw := range req.Policies {
		obj, err := parseObject(raw, "")
		if err != nil {
			return nil, err
		}
		switch obj.kind.GroupKind() {
		case policyKind:
			policy := &admissionregistrationv1.ValidatingAdmissionPolicy{}
			err = json.Unmarshal(obj.raw, policy)
			legacyscheme.Scheme.Default(policy)
			found[policy.Name] = policy
		case bindingKind:
			binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
			err = json.Unmarshal(obj.raw, binding)
			legacyscheme.Scheme.Default(binding)
			bindings = append(bindings, binding)
		default:
			err = params.add(obj)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", obj.kind.Kind, obj.name, err)
		}
	}
	p.bind(found, bindings, params)
	namespaces := namespaceLister{labels: req.Namespaces}
	p.dispatcher = validating.NewDispatcher(authorizerfactory.NewAlwaysAllowAuthorizer(), generic.NewPolicyMatcher(matching.NewMatcher(namespaces, nil)))
	return p, nil
}

var (
	policyKind  = schema.GroupKind{Group: admissionregistrationv1.GroupName, Kind: "ValidatingAdmissionPolicy"}
	bindingKind = schema.GroupKind{Group: admissionregistrationv1.GroupName, Kind: "ValidatingAdmissionPolicyBinding"}
)

// bind joins policies and their bindings, but for bindings whose parameters the repository does not hold.
func (p *policies) bind(found map[string]*admissionregistrationv1.ValidatingAdmissionPolicy,
	bindings []*admissionregistrationv1.ValidatingAdmissionPolicyBinding, params *params) {
	hooks := map[string]*validating.PolicyHook{}
	for _, binding := range bindings {
		policy := found[binding.Spec.PolicyName]
		if policy == nil {
			p.notChecked = append(p.notChecked, fmt.Sprintf("ValidatingAdmissionPolicyBinding %s, because its policy %s is not in the repository", binding.Name, binding.Spec.PolicyName))
			continue
		}
		if fault := params.lacks(policy, binding); fault != "" {
			p.notChecked = append(p.notChecked, fmt.Sprintf("ValidatingAdmissionPolicyBinding %s, because %s", binding.Name, fault))
			continue
		}
		hook := hooks[policy.Name]
		if hook == nil {
			hook = &validating.PolicyHook{Policy: policy, Evaluator: compilePolicy(policy)}
			hook.ParamInformer, hook.ParamScope = params.informer(policy)
			hooks[policy.Name] = hook
		}
		hook.Bindings = append(hook.Bindings, binding)
	}
	for _, hook := range hooks {
		p.hooks = append(p.hooks, *hook)
	}
}

// validate evaluates the policies as the plug-in ValidatingAdmissionPolicy does, which leaves out
// policies themselves.
func (p *policies) validate(ctx context.Context, check checking, a apiadmission.Attributes, o apiadmission.ObjectInterfaces) error {
	if a.GetResource().Group == admissionregistrationv1.GroupName {
		return nil
	}
	check.result.NotChecked = append(check.result.NotChecked, p.notChecked...)
	if len(p.hooks) == 0 {
		return nil
	}
	return p.dispatcher.Dispatch(ctx, noted{a, check.result}, o, p.hooks)
}

// noted are attributes that turn what a policy writes into the audit log into a warning.
type noted struct {
	apiadmission.Attributes
	result *result
}

func (n noted) AddAnnotation(key, value string) error {
	n.result.Warnings = append(n.result.Warnings, problem{Type: "Audit", Message: key + ": " + value})
	return n.Attributes.AddAnnotation(key, value)
}
