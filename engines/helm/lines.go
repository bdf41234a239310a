package main

import (
	"maps"
	"slices"
	"strings"
)

// findLines sets the template lines of documents, and returns the paths that they refer to. Where a document
// comes out differently with marks, its lines stay unknown.
func findLines(in request, plain *rendering, documents []document) []string {
	found := &lineFinder{marks: newMarks(), indexes: map[string]int{}}
	how := newChance(nil)
	if in.Random == "Seeded" {
		how.shared, _ = seedOf(in)
	}
	marked, err := render(in, pass{chance: how, marks: found.marks, isRepeated: true})
	if err != nil {
		marked = &rendering{files: map[string]string{}}
	}
	split := map[string][]string{}
	for index := range documents {
		document := &documents[index]
		name := document.Source
		if _, isTemplate := plain.files[name]; !isTemplate {
			document.Lines = found.ofPlainFile(document.Path, document.Text)
			continue
		}
		if split[name] == nil {
			split[name] = splitDocuments(marked.files[name])
		}
		if document.Index < len(split[name]) && len(split[name]) == len(splitDocuments(plain.files[name])) {
			document.Lines = found.of(document.Text, split[name][document.Index])
		}
	}
	return found.templates()
}

// lineFinder reads marks off, and numbers the templates that they name.
type lineFinder struct {
	marks   *marks
	indexes map[string]int
}

func (f *lineFinder) templates() []string {
	return slices.SortedFunc(maps.Keys(f.indexes), func(a, b string) int { return f.indexes[a] - f.indexes[b] })
}

func (f *lineFinder) indexOf(place string) int {
	index, isKnown := f.indexes[place]
	if !isKnown {
		index = len(f.indexes)
		f.indexes[place] = index
	}
	return index
}

// ofPlainFile are the lines of a file that is printed as it is.
func (f *lineFinder) ofPlainFile(place, text string) []int {
	index := f.indexOf(place)
	count := 1 + strings.Count(text, "\n")
	lines := make([]int, 0, 2*count)
	for line := range count {
		lines = append(lines, index, line+1)
	}
	return lines
}

// of returns the template lines of a document, given its text with marks; nil if the two differ too much.
func (f *lineFinder) of(text, marked string) []int {
	plain, withMarks := strings.Split(text, "\n"), strings.Split(marked, "\n")
	if len(plain) != len(withMarks) {
		return nil
	}
	lines := make([]int, 0, 2*len(plain))
	var above templateLine
	differing := 0
	for index, line := range withMarks {
		if markPattern.ReplaceAllString(line, "") != plain[index] {
			differing++
		}
		at := f.lineOf(line, plain[index], above)
		if at.line == 0 {
			at = f.firstMark(withMarks)
		}
		above = at
		lines = append(lines, f.indexOf(at.place), at.line)
	}
	// A few lines, such as checksums of other templates, may differ.
	if differing > 2+len(plain)/10 {
		return nil
	}
	return lines
}

// lineOf is the line of the first mark; without one, what the line above continues with.
func (f *lineFinder) lineOf(line, plain string, above templateLine) templateLine {
	if match := markPattern.FindStringSubmatch(line); match != nil {
		id := 0
		for _, digit := range match[1] {
			id = id*10 + int(digit-'0')
		}
		if id < len(f.marks.lines) {
			return f.marks.lines[id]
		}
	}
	if above.isAction || above.line == 0 {
		return above
	}
	return f.continued(plain, above)
}

// continued looks for a line without a mark below the line above it: the next one with the same text, else
// the next one with an action.
func (f *lineFinder) continued(plain string, above templateLine) templateLine {
	lines := f.marks.sources[above.place]
	text := strings.TrimSpace(plain)
	action := above
	for index := above.line; index < len(lines) && index < above.line+maxContinued; index++ {
		if text != "" && strings.TrimSpace(lines[index]) == text {
			above.line = index + 1
			return above
		}
		if action.line == above.line && strings.Contains(lines[index], "{{") && text != "" {
			action.line = index + 1
		}
	}
	return action
}

// maxContinued is how far below a mark a line without one is looked for, in lines.
const maxContinued = 200

func (f *lineFinder) firstMark(lines []string) templateLine {
	for _, line := range lines {
		if at := f.lineOf(line, "", templateLine{}); at.line > 0 {
			return at
		}
	}
	return templateLine{}
}
