package main

import "encoding/json"

// A request asks about the objects of one cluster.
type request struct {
	// Release is the minor version of the cluster, such as "1.34". The empty string means the newest.
	Release string `json:"release"`
	// Definitions are the CustomResourceDefinitions of the cluster.
	Definitions []json.RawMessage `json:"definitions"`
	// Policies are ValidatingAdmissionPolicies, their bindings and the objects that parameterise them.
	Policies []json.RawMessage `json:"policies"`
	// Namespaces holds the labels of the cluster's namespaces by name.
	Namespaces map[string]map[string]string `json:"namespaces"`
	Checks     []check                      `json:"checks"`
}

// A check is an object to apply, and optionally the object that was applied before it.
type check struct {
	ID string `json:"id"`
	// Namespace is where an object is applied that names no namespace itself.
	Namespace string `json:"namespace"`
	// Object and Old are JSON, or strings that hold the JSON text: JavaScript cannot say each number.
	Object json.RawMessage `json:"object"`
	Old    json.RawMessage `json:"old"`
}

type response struct {
	Results []result `json:"results"`
	// Error says why the request itself could not be answered.
	Error string `json:"error,omitempty"`
}

// A result is what the API server would say about the object of the check with the same ID.
type result struct {
	ID         string    `json:"id"`
	Errors     []problem `json:"errors"`
	Warnings   []problem `json:"warnings"`
	NotChecked []string  `json:"notChecked"`
	// Message is the API server's message for the whole refusal, and Reason its reason, such as "Invalid".
	Message string `json:"message,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// A problem is a cause of a refusal, or a warning.
type problem struct {
	// Field is a path such as "spec.ports[0].port"; it is empty when the API server names none.
	Field string `json:"field,omitempty"`
	// Type is the API server's name for the kind of cause, such as "FieldValueInvalid".
	Type    string `json:"type,omitempty"`
	Message string `json:"message"`
}
