package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"
)

// documents divides what the templates printed into objects, in the order of helm template: CRDs, objects,
// hooks.
func (r *rendering) documents(includeCRDs bool) ([]document, error) {
	var documents []document
	if includeCRDs {
		for _, crd := range r.chart.chart.CRDObjects() {
			text := string(crd.File.Data)
			place := r.chart.paths[crd.File]
			documents = append(documents, document{Source: crd.Filename, Path: place, Text: text})
		}
	}
	printed, heads, err := r.printedDocuments()
	if err != nil {
		return nil, err
	}
	hooks, manifests, err := releaseutil.SortManifests(heads, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	for _, manifest := range manifests {
		documents = append(documents, printed[numberIn(manifest.Content)])
	}
	for _, hook := range hooks {
		document := printed[numberIn(hook.Manifest)]
		document.Hook = eventsOf(hook)
		documents = append(documents, document)
	}
	return documents, nil
}

// printedDocuments returns the documents of all templates, and what Helm is to sort: for each template a text
// with the heads of its documents alone, as JSON, with their numbers. Helm looks for the ends of documents with a
// regular expression, which takes longer than all the rest in a large text.
func (r *rendering) printedDocuments() ([]document, map[string]string, error) {
	var printed []document
	heads := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		if strings.HasSuffix(name, "NOTES.txt") || strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		for index, text := range splitDocuments(r.files[name]) {
			var head numberedHead
			if err := yaml.Unmarshal([]byte(text), &head.SimpleHead); err != nil {
				return nil, nil, fmt.Errorf("YAML parse error on %s: %w", name, err)
			}
			head.Number = len(printed)
			encoded, err := json.Marshal(head)
			if err != nil {
				return nil, nil, err
			}
			heads[name] += "\n---\n" + string(encoded)
			printed = append(printed, document{Source: name, Path: r.paths[path.Clean(name)], Text: text, Index: index})
		}
	}
	return printed, heads, nil
}

// numberedHead is what Helm reads of a document, and the document's number.
type numberedHead struct {
	releaseutil.SimpleHead
	Number int `json:"regattaNumber"`
}

func numberIn(encoded string) int {
	var head numberedHead
	if err := json.Unmarshal([]byte(encoded), &head); err != nil {
		panic(err)
	}
	return head.Number
}

func eventsOf(hook *release.Hook) []string {
	events := make([]string, len(hook.Events))
	for index, event := range hook.Events {
		events[index] = event.String()
	}
	return events
}

// splitDocuments returns the documents that a template printed, in order, without the space around them. Helm
// divides at three dashes that start the text or a line; the lines before and after that are empty go with them.
func splitDocuments(text string) []string {
	text = strings.TrimSpace(text)
	var documents []string
	add := func(part string) {
		if part = strings.TrimSpace(part); part != "" {
			documents = append(documents, part)
		}
	}
	start := 0
	if strings.HasPrefix(text, separator) {
		start = skipSpace(text, len(separator))
	}
	for {
		found := strings.Index(text[start:], "\n"+separator)
		if found < 0 {
			add(text[start:])
			return documents
		}
		add(text[start : start+found])
		start = skipSpace(text, start+found+1+len(separator))
	}
}

const separator = "---"

func skipSpace(text string, offset int) int {
	for offset < len(text) && strings.IndexByte(" \t\n\f\r", text[offset]) >= 0 {
		offset++
	}
	return offset
}
