package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
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

// printFunctions replace printf: the addresses that its verb %p prints differ from build to build.
var printFunctions = template.FuncMap{
	"printf": func(format string, values ...any) (string, error) {
		for _, verb := range verbs.FindAllString(format, -1) {
			if strings.HasSuffix(verb, "p") {
				return "", errors.New("%p prints an address in memory, which is another one in each build")
			}
		}
		return fmt.Sprintf(format, values...), nil
	},
}

// verbs matches a verb of a format with its flags, width, precision and index.
var verbs = regexp.MustCompile(`%[-+# 0-9.*\[\]]*[^-+# 0-9.*\[\]]`)
