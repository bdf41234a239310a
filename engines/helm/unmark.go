package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// passingOn are functions whose result is a text that they were given, or contains it: marks stay in it. All
// other functions get their texts without marks, because they compare, hash or parse them.
var passingOn = []string{
	"indent", "nindent", "trim", "trimAll", "trimSuffix", "replace", "cat", "join", "default", "coalesce",
	"ternary", "dict", "list", "tuple", "set", "append", "prepend", "concat", "toString", "first", "last",
}

// markedFunctions replace functions of Helm in a pass with marks.
func markedFunctions() template.FuncMap {
	functions := template.FuncMap{
		"fromYaml":      fromYAML,
		"fromYamlArray": fromYAMLArray,
		"fromJson":      fromJSON,
		"fromJsonArray": fromJSONArray,
	}
	for name, function := range sprig.TxtFuncMap() {
		if !slices.Contains(passingOn, name) && takesText(reflect.TypeOf(function)) {
			functions[name] = withoutMarks(reflect.ValueOf(function))
		}
	}
	delete(functions, "env")
	delete(functions, "expandenv")
	return functions
}

// takesText is true for functions that may be given a text.
func takesText(function reflect.Type) bool {
	for index := range function.NumIn() {
		in := function.In(index)
		if function.IsVariadic() && index == function.NumIn()-1 {
			in = in.Elem()
		}
		if in.Kind() == reflect.String || in.Kind() == reflect.Interface {
			return true
		}
	}
	return false
}

func withoutMarks(function reflect.Value) any {
	return reflect.MakeFunc(function.Type(), func(args []reflect.Value) []reflect.Value {
		for index, arg := range args {
			args[index] = unmarkValue(arg)
		}
		if function.Type().IsVariadic() {
			return function.CallSlice(args)
		}
		return function.Call(args)
	}).Interface()
}

func unmarkValue(arg reflect.Value) reflect.Value {
	value := arg
	if value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	if value.Kind() != reflect.String || !strings.Contains(value.String(), markStart) {
		return arg
	}
	return reflect.ValueOf(unmark(value.String())).Convert(value.Type())
}

func unmark(text string) string {
	if !strings.Contains(text, markStart) {
		return text
	}
	return markPattern.ReplaceAllString(text, "")
}

// The functions below do what Helm's of these names do. Helm does not export them.

func fromYAML(text string) map[string]any {
	object := map[string]any{}
	if err := yaml.Unmarshal([]byte(unmark(text)), &object); err != nil {
		object["Error"] = err.Error()
	}
	return object
}

func fromYAMLArray(text string) []any {
	list := []any{}
	if err := yaml.Unmarshal([]byte(unmark(text)), &list); err != nil {
		list = []any{err.Error()}
	}
	return list
}

func fromJSON(text string) map[string]any {
	object := map[string]any{}
	if err := json.Unmarshal([]byte(unmark(text)), &object); err != nil {
		object["Error"] = err.Error()
	}
	return object
}

func fromJSONArray(text string) []any {
	list := []any{}
	if err := json.Unmarshal([]byte(unmark(text)), &list); err != nil {
		list = []any{err.Error()}
	}
	return list
}
