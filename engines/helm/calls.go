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

// source is a template of a chart: its path in the request, the path of its chart's values in those of the
// root, such as "redis.", and its text.
type source struct {
	place  string
	prefix string
	text   string
}

// randomCalls finds the calls of random functions in a template, in their order.
func randomCalls(from source, callers *callers) []call {
	place, text := from.place, from.text
	var calls []call
	if !mentionsRandom(text) {
		return nil
	}
	for name, tree := range parseTemplate(place, text) {
		walk(tree.Root, nil, func(node parse.Node, around []parse.Node) {
			identifier, isIdentifier := node.(*parse.IdentifierNode)
			if !isIdentifier {
				return
			}
			isKey, isKnown := isRandom[identifier.Ident]
			offset := int(identifier.Pos)
			if isKnown && strings.HasPrefix(text[offset:], identifier.Ident) {
				site := use{File: place, Function: identifier.Ident, Key: isKey}
				if value := defaultOf(around); value != "" {
					site.Value = valuePath(from.prefix, value)
				} else if name != place {
					site.Value = callers.defaultOf(name)
				}
				site.Line, site.Column = lineAndColumn(text, offset)
				calls = append(calls, call{site, offset})
			}
		})
	}
	return sortedCalls(calls)
}

// mentionsRandom is true for a text whose actions have the name of a random function in them.
func mentionsRandom(text string) bool {
	for {
		_, rest, isFound := strings.Cut(text, "{{")
		if !isFound {
			return false
		}
		action, after, _ := strings.Cut(rest, "}}")
		for name := range isRandom {
			if strings.Contains(action, name) {
				return true
			}
		}
		text = after
	}
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

// valuePath is the path of a value in the values of the root chart.
func valuePath(prefix, value string) string {
	if strings.HasPrefix(value, "global.") {
		return value
	}
	return prefix + value
}

// callers finds the values that a define is a fallback of, in the templates of a chart and those inside it.
type callers struct {
	templates []source
	found     map[string]string
}

// defaultOf returns the one value that all calls of a define are the fallback of; empty if there is none.
func (c *callers) defaultOf(define string) string {
	if c.found == nil {
		c.found = c.search()
	}
	return c.found[define]
}

// search goes through all templates once. A define that is also called elsewhere, where no value replaces it, has
// an empty entry.
func (c *callers) search() map[string]string {
	found := map[string]string{}
	for _, from := range c.templates {
		for _, tree := range parseTemplate(from.place, from.text) {
			walk(tree.Root, nil, func(node parse.Node, around []parse.Node) {
				name := calledDefine(node)
				if name == "" {
					return
				}
				value := defaultOf(append(around[:len(around):len(around)], node))
				if value != "" {
					value = valuePath(from.prefix, value)
				}
				if known, isKnown := found[name]; isKnown && known != value {
					value = ""
				}
				found[name] = value
			})
		}
	}
	return found
}

// calledDefine returns the name in `include "name"` and `template "name"`.
func calledDefine(node parse.Node) string {
	switch n := node.(type) {
	case *parse.TemplateNode:
		return n.Name
	case *parse.CommandNode:
		if len(n.Args) < 2 {
			return ""
		}
		function, isFunction := n.Args[0].(*parse.IdentifierNode)
		name, isName := n.Args[1].(*parse.StringNode)
		if isFunction && isName && function.Ident == "include" {
			return name.Text
		}
	}
	return ""
}
