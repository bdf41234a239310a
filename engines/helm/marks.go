package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// A mark is a number between two characters of private use, before the first visible character of a line. It
// says which line of which template the line was printed by.
const (
	markStart = "\uE000"
	markEnd   = "\uE001"
	// markFunction stands at the end of the pipelines that print; no chart has a function of that name.
	markFunction = "ǂmark"
)

var markPattern = regexp.MustCompile(markStart + `(\d+)` + markEnd)

// yamlLine matches the start of an item or a field.
var yamlLine = regexp.MustCompile(`^(- |[^\s:]+:(\s|$)|"[^"]*":|'[^']*':)`)

// templateLine is what a mark stands for.
type templateLine struct {
	// place is a path in the request.
	place string
	// line is 1-based.
	line int
	// isAction is true for what an action prints, which may be many lines.
	isAction bool
	// isDefined is true inside of a define. What that prints may be parsed or compared by templates, so that only
	// lines that look like YAML get marks.
	isDefined bool
}

// marks collects what the marks of a pass stand for.
type marks struct {
	lines []templateLine
	// sources holds the lines of the templates by their path.
	sources map[string][]string
}

func newMarks() *marks { return &marks{sources: map[string][]string{}} }

// lineIndex finds the lines of offsets in a template.
type lineIndex struct {
	text   string
	starts []int
}

func indexLines(text string) *lineIndex {
	index := &lineIndex{text: text, starts: []int{0}}
	for offset := range len(text) {
		if text[offset] == '\n' {
			index.starts = append(index.starts, offset+1)
		}
	}
	return index
}

// lineOf returns the line of an offset, 1-based.
func (l *lineIndex) lineOf(offset int) int {
	line, isStart := slices.BinarySearch(l.starts, offset)
	if isStart {
		line++
	}
	return line
}

// startsLine is true for an offset with nothing visible before it in its line.
func (l *lineIndex) startsLine(offset int) bool {
	return strings.TrimSpace(l.text[l.starts[l.lineOf(offset)-1]:offset]) == ""
}

// rest is what follows an offset in its line; nothing at the start of a line.
func (l *lineIndex) rest(offset int) string {
	if offset > 0 && offset <= len(l.text) && l.text[offset-1] == '\n' {
		return ""
	}
	rest, _, _ := strings.Cut(l.text[min(offset, len(l.text)):], "\n")
	return rest
}

// mark returns a template with marks in its text and in what its actions print; unchanged where Helm would
// refuse it.
func (m *marks) mark(place, text string) string {
	m.sources[place] = strings.Split(text, "\n")
	trees := parseTemplate(place, text)
	if trees == nil {
		return text
	}
	var out strings.Builder
	source := indexLines(text)
	for name, tree := range trees {
		isMain := name == place
		m.markTree(tree, source, templateLine{place: place, isDefined: !isMain})
		if isMain {
			out.WriteString(tree.Root.String())
		} else {
			fmt.Fprintf(&out, "{{define %q}}%s{{end}}", name, tree.Root)
		}
	}
	return out.String()
}

func (m *marks) markTree(tree *parse.Tree, source *lineIndex, at templateLine) {
	walk(tree.Root, nil, func(node parse.Node, _ []parse.Node) {
		switch n := node.(type) {
		case *parse.TextNode:
			n.Text = []byte(m.markText(string(n.Text), int(n.Pos), source, at))
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				m.markAction(n, source, at)
			}
		}
	})
}

// markText puts marks into the lines of a text at an offset of a template.
func (m *marks) markText(text string, offset int, source *lineIndex, at templateLine) string {
	lines := strings.SplitAfter(text, "\n")
	for index, line := range lines {
		start := offset
		offset += len(line)
		visible := strings.TrimLeft(line, " \t")
		if strings.TrimSpace(visible) == "" || !source.startsLine(start) {
			continue
		}
		if strings.HasPrefix(visible, "---") || at.isDefined && !yamlLine.MatchString(visible+source.rest(offset)) {
			continue
		}
		at.line = source.lineOf(start)
		lines[index] = line[:len(line)-len(visible)] + m.add(at) + visible
	}
	return strings.Join(lines, "")
}

// markAction passes what an action prints through the function that marks its lines.
func (m *marks) markAction(n *parse.ActionNode, source *lineIndex, at templateLine) {
	offset := int(n.Pos)
	opening := strings.LastIndex(source.text[:offset], "{{")
	at.line, at.isAction = source.lineOf(offset), true
	_, rest, _ := strings.Cut(source.rest(offset), "}}")
	isKey := strings.HasPrefix(strings.TrimSpace(rest), ":")
	isFirst := opening >= 0 && source.startsLine(opening)
	mode := "inside"
	switch {
	case isFirst && (isKey || !at.isDefined):
		mode = "all"
	case isFirst:
		mode = "yaml"
	}
	m.lines = append(m.lines, at)
	id := strconv.Itoa(len(m.lines) - 1)
	n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
		NodeType: parse.NodeCommand,
		Args: []parse.Node{
			parse.NewIdentifier(markFunction),
			&parse.NumberNode{NodeType: parse.NodeNumber, Text: id},
			&parse.StringNode{NodeType: parse.NodeString, Quoted: strconv.Quote(mode), Text: mode},
		},
	})
}

func (m *marks) add(at templateLine) string {
	m.lines = append(m.lines, at)
	return markOf(len(m.lines) - 1)
}

func markOf(id int) string { return markStart + strconv.Itoa(id) + markEnd }

// markPrinted is called with what an action prints. The first line gets a mark if the action starts its own
// line; the lines below it always, unless a define prints something that is not YAML.
func (m *marks) markPrinted(id int, mode string, value any) string {
	if value == nil {
		return "<no value>"
	}
	at := m.lines[id]
	lines := strings.SplitAfter(fmt.Sprint(value), "\n")
	for index, line := range lines {
		visible := strings.TrimLeft(line, " \t")
		if strings.TrimSpace(visible) == "" || strings.HasPrefix(visible, markStart) || strings.HasPrefix(visible, "---") {
			continue
		}
		isFirst := index == 0
		if isFirst && mode == "inside" || at.isDefined && !(isFirst && mode == "all") && !yamlLine.MatchString(visible) {
			continue
		}
		lines[index] = line[:len(line)-len(visible)] + markOf(id) + visible
	}
	return strings.Join(lines, "")
}
