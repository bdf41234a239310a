package main

import (
	"slices"
	"strings"
)

// sortBlocks sorts what a text says by lines, each with the lines below it that are further in: the
// validation of a schema goes through the fields of an object in random order.
func sortBlocks(text string) string {
	return strings.Join(sortLines(strings.Split(text, "\n")), "\n")
}

func sortLines(lines []string) []string {
	var blocks [][]string
	for _, line := range lines {
		last := len(blocks) - 1
		if last >= 0 && (indentOf(line) > indentOf(blocks[last][0]) || strings.TrimSpace(line) == "") {
			blocks[last] = append(blocks[last], line)
		} else {
			blocks = append(blocks, []string{line})
		}
	}
	for index, block := range blocks {
		blocks[index] = append(block[:1:1], sortLines(block[1:])...)
	}
	sortFindings(blocks)
	return slices.Concat(blocks...)
}

// sortFindings sorts the runs of lines that start with a dash. Others, such as names of charts, stay between them.
func sortFindings(blocks [][]string) {
	for start := 0; start < len(blocks); {
		end := start
		for end < len(blocks) && strings.HasPrefix(strings.TrimSpace(blocks[end][0]), "- ") {
			end++
		}
		slices.SortStableFunc(blocks[start:end], func(a, b []string) int {
			return strings.Compare(strings.Join(a, "\n"), strings.Join(b, "\n"))
		})
		start = max(end, start+1)
	}
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
