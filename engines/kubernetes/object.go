package main

import (
	"encoding/json"
	"errors"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// An object is the JSON text of an object and what its address needs.
type object struct {
	raw       []byte
	kind      schema.GroupVersionKind
	namespace string
	name      string
}

// parseObject reads the parts of an object's address and leaves the rest to the API server's code.
func parseObject(raw []byte, namespace string) (object, error) {
	raw, err := jsonText(raw)
	if err != nil {
		return object{}, err
	}
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	var typeError *json.UnmarshalTypeError
	if err := json.Unmarshal(raw, &head); err != nil && !errors.As(err, &typeError) {
		return object{}, err
	}
	version, err := schema.ParseGroupVersion(head.APIVersion)
	if err != nil {
		return object{}, err
	}
	if head.Metadata.Namespace != "" {
		namespace = head.Metadata.Namespace
	}
	if namespace == "" {
		namespace = "default"
	}
	return object{
		raw:       raw,
		kind:      version.WithKind(head.Kind),
		namespace: namespace,
		name:      head.Metadata.Name,
	}, nil
}

// jsonText returns JSON as it is, or the JSON that a string holds.
func jsonText(raw []byte) ([]byte, error) {
	if len(raw) == 0 || raw[0] != '"' {
		return raw, nil
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return []byte(text), err
}
