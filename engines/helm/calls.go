package main

import (
	"slices"
	"strings"
	"text/template/parse"
)

// call is a call of a random function at an offset of a template's text.
type call struct {
	use
	offset int
}

// randomCalls finds the calls of random functions in a template, in their order.
func randomCalls(place, text string) []call {
	var calls []call
	if !mentionsRandom(text) {
		return nil
	}
	for _, tree := range parseTemplate(place, text) {
		walk(tree.Root, nil, func(node parse.Node, around []parse.Node) {
			identifier, isIdentifier := node.(*parse.IdentifierNode)
			if !isIdentifier {
				return
			}
			isKey, isKnown := isRandom[identifier.Ident]
			offset := int(identifier.Pos)
			if isKnown && strings.HasPrefix(text[offset:], identifier.Ident) {
				site := use{File: place, Function: identifier.Ident, Key: isKey, Value: defaultOf(around)}
				site.Line, site.Column = lineAndColumn(text, offset)
				calls = append(calls, call{site, offset})
			}
		})
	}
	return sortedCalls(calls)
}

func mentionsRandom(text string) bool {
	for name := range isRandom {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// sortedCalls orders calls by their offset. Trees come in the random order of a map.
func sortedCalls(calls []call) []call {
	slices.SortFunc(calls, func(a, b call) int { return a.offset - b.offset })
	return calls
}

// lineAndColumn are those of an offset in a text, 1-based.
func lineAndColumn(text string, offset int) (int, int) {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	return 1 + strings.Count(text[:offset], "\n"), 1 + offset - start
}

// defaultOf returns the path in .Values that a call is the fallback of, as in
// `default (randAlphaNum 10) .Values.password` or in the else branch of `if .Values.password`; empty if
// there is no such path, or more than one.
func defaultOf(around []parse.Node) string {
	for index := len(around) - 1; index >= 0; index-- {
		switch node := around[index].(type) {
		case *parse.PipeNode:
			if value := soleValue(node); value != "" && isFallback(node) {
				return value
			}
		case *parse.IfNode:
			if index+1 < len(around) && around[index+1] == parse.Node(node.ElseList) {
				return soleValue(node.Pipe)
			}
		}
	}
	return ""
}

// isFallback is true for a pipeline that calls default, coalesce or ternary.
func isFallback(pipe *parse.PipeNode) bool {
	is := false
	walk(pipe, nil, func(node parse.Node, _ []parse.Node) {
		if identifier, ok := node.(*parse.IdentifierNode); ok {
			is = is || slices.Contains([]string{"default", "coalesce", "ternary"}, identifier.Ident)
		}
	})
	return is
}

// soleValue returns the one path in .Values that a pipeline reads, such as "auth.password".
func soleValue(pipe *parse.PipeNode) string {
	var paths []string
	walk(pipe, nil, func(node parse.Node, _ []parse.Node) {
		var path []string
		switch n := node.(type) {
		case *parse.FieldNode:
			path = n.Ident
		case *parse.VariableNode:
			path = n.Ident[1:]
		}
		if len(path) > 1 && path[0] == "Values" {
			paths = append(paths, strings.Join(path[1:], "."))
		}
	})
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if len(paths) != 1 {
		return ""
	}
	return paths[0]
}
