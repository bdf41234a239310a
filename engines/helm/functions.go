package main

import (
	"maps"
	"slices"
	"text/template"
	"time"
)

// orderedFunctions replace functions of Helm that return the entries of a map in the random order of Go. Any
// order is a right answer of Helm; here it is always the one of the keys.
var orderedFunctions = template.FuncMap{
	"keys": func(dicts ...map[string]any) []string {
		keys := []string{}
		for _, dict := range dicts {
			keys = append(keys, slices.Sorted(maps.Keys(dict))...)
		}
		return keys
	},
	"values": func(dict map[string]any) []any {
		values := []any{}
		for _, key := range slices.Sorted(maps.Keys(dict)) {
			values = append(values, dict[key])
		}
		return values
	},
}

// clockFunctions replace now, whose result also holds a reading of the monotonic clock: a chart that prints
// the time as it is would print how long the engine has run.
var clockFunctions = template.FuncMap{
	"now": func() time.Time { return time.Now().Round(0) },
}
