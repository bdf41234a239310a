package main

import (
	"context"

	apiadmission "k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/plugin/pkg/admission/certificates/subjectrestriction"
)

// admission is what a kube-apiserver does by default around validation, as far as the object and the
// repository decide it. It takes the cluster and the result of the check from the context.
type admission struct{}

// A checking is the check that a request belongs to.
type checking struct {
	cluster *cluster
	result  *result
}

type checkingKey struct{}

func withChecking(ctx context.Context, c checking) context.Context {
	return context.WithValue(ctx, checkingKey{}, c)
}

func (admission) Handles(apiadmission.Operation) bool { return true }

// Admit fills in what plug-ins fill in before validation.
func (admission) Admit(ctx context.Context, a apiadmission.Attributes, _ apiadmission.ObjectInterfaces) error {
	if err := admitPod(ctx.Value(checkingKey{}).(checking), a); err != nil {
		return err
	}
	addTolerations(a)
	return nil
}

var certificates = subjectrestriction.NewPlugin()

// Validate refuses what plug-ins refuse after validation.
func (admission) Validate(ctx context.Context, a apiadmission.Attributes, o apiadmission.ObjectInterfaces) error {
	check := ctx.Value(checkingKey{}).(checking)
	if a.GetOperation() == apiadmission.Create {
		if err := certificates.Validate(ctx, a, o); err != nil {
			return err
		}
	}
	if err := check.cluster.security.validate(ctx, check, a); err != nil {
		return err
	}
	return check.cluster.policies.validate(ctx, check, a, o)
}
