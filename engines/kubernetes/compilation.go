package main

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
)

// compilePolicy compiles the expressions of a policy. The API server's own function for it is private.
func compilePolicy(policy *admissionregistrationv1.ValidatingAdmissionPolicy) validating.Validator {
	spec := policy.Spec
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return validating.NewValidator(nil, nil, nil, nil, spec.FailurePolicy, err)
	}
	hasParams := spec.ParamKind != nil
	variables := cel.OptionalVariableDeclarations{HasParams: hasParams, HasAuthorizer: true}
	messageVariables := cel.OptionalVariableDeclarations{HasParams: hasParams}
	compiler.CompileAndStoreVariables(variablesOf(spec), variables, environment.StoredExpressions)
	compile := func(expressions []cel.ExpressionAccessor) cel.ConditionEvaluator {
		return compiler.CompileCondition(expressions, variables, environment.StoredExpressions)
	}
	var matcher matchconditions.Matcher
	if conditions := conditionsOf(spec); len(conditions) > 0 {
		matcher = matchconditions.NewMatcher(compile(conditions), spec.FailurePolicy, "policy", "validate", policy.Name)
	}
	messages := compiler.CompileCondition(messagesOf(spec), messageVariables, environment.StoredExpressions)
	return validating.NewValidator(compile(validationsOf(spec)), matcher, compile(annotationsOf(spec)), messages, spec.FailurePolicy, nil)
}

func variablesOf(spec admissionregistrationv1.ValidatingAdmissionPolicySpec) (list []cel.NamedExpressionAccessor) {
	for _, v := range spec.Variables {
		list = append(list, &validating.Variable{Name: v.Name, Expression: v.Expression})
	}
	return list
}

func conditionsOf(spec admissionregistrationv1.ValidatingAdmissionPolicySpec) (list []cel.ExpressionAccessor) {
	for i := range spec.MatchConditions {
		list = append(list, (*matchconditions.MatchCondition)(&spec.MatchConditions[i]))
	}
	return list
}

func validationsOf(spec admissionregistrationv1.ValidatingAdmissionPolicySpec) (list []cel.ExpressionAccessor) {
	for _, v := range spec.Validations {
		list = append(list, &validating.ValidationCondition{Expression: v.Expression, Message: v.Message, Reason: v.Reason})
	}
	return list
}

// messagesOf has an entry for each validation, which is nil where there is no message expression.
func messagesOf(spec admissionregistrationv1.ValidatingAdmissionPolicySpec) []cel.ExpressionAccessor {
	list := make([]cel.ExpressionAccessor, len(spec.Validations))
	for i, v := range spec.Validations {
		if v.MessageExpression != "" {
			list[i] = &validating.MessageExpressionCondition{MessageExpression: v.MessageExpression}
		}
	}
	return list
}

func annotationsOf(spec admissionregistrationv1.ValidatingAdmissionPolicySpec) (list []cel.ExpressionAccessor) {
	for _, a := range spec.AuditAnnotations {
		list = append(list, &validating.AuditAnnotationCondition{Key: a.Key, ValueExpression: a.ValueExpression})
	}
	return list
}
