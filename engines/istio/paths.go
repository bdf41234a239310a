package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// fieldPaths returns all paths of fields in an object, as Istio's analyzers write them, and a number for each of them.
// Analyzers look up the line of a path. They get the number of the path instead, so that the answer can name the path.
func fieldPaths(raw json.RawMessage) (map[string]int, []string) {
	var object any
	if json.Unmarshal(raw, &object) != nil {
		return nil, nil
	}
	paths := appendPaths(nil, "", object)
	sort.Strings(paths)
	numbers := make(map[string]int, len(paths))
	for i, path := range paths {
		numbers[path] = i + 1
	}
	return numbers, paths
}

func appendPaths(paths []string, at string, value any) []string {
	if at != "" {
		paths = append(paths, "{"+at+"}")
	}
	switch typed := value.(type) {
	case map[string]any:
		for key, child := range typed {
			paths = appendPaths(paths, at+"."+key, child)
		}
	case []any:
		for i, child := range typed {
			paths = appendPaths(paths, fmt.Sprintf("%s[%d]", at, i), child)
		}
	}
	return paths
}

var unknownName = regexp.MustCompile(`unknown field "([^"]+)"`)

// unknownField returns the path of the field that a message calls unknown, if only one path ends with its name.
func unknownField(text string, paths []string) string {
	found := unknownName.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	var matching []string
	for _, path := range paths {
		if strings.HasSuffix(path, "."+found[1]+"}") {
			matching = append(matching, strings.Trim(path, "{}."))
		}
	}
	if len(matching) != 1 {
		return ""
	}
	return matching[0]
}
