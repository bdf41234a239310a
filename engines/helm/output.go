package main

import (
	"path"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// documents divides what the templates printed into objects, in the order of helm template: CRDs, objects,
// hooks.
func (r *rendering) documents(includeCRDs bool) ([]document, error) {
	printed := map[string]string{}
	for name, text := range r.files {
		if !strings.HasSuffix(name, "NOTES.txt") {
			printed[name] = text
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(printed, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	numbers := newNumbering(printed, hooks, manifests)
	var documents []document
	if includeCRDs {
		for _, crd := range r.chart.chart.CRDObjects() {
			text := string(crd.File.Data)
			place := r.chart.paths[crd.File]
			documents = append(documents, document{Source: crd.Filename, Path: place, Text: text})
		}
	}
	for _, manifest := range manifests {
		documents = append(documents, r.documentOf(manifest.Name, manifest.Content, numbers))
	}
	for _, hook := range hooks {
		document := r.documentOf(hook.Path, hook.Manifest, numbers)
		document.Hook = eventsOf(hook)
		documents = append(documents, document)
	}
	return documents, nil
}

func (r *rendering) documentOf(name, text string, numbers *numbering) document {
	return document{Source: name, Path: r.paths[path.Clean(name)], Text: text, Index: numbers.next(name, text)}
}

func eventsOf(hook *release.Hook) []string {
	events := make([]string, len(hook.Events))
	for index, event := range hook.Events {
		events[index] = event.String()
	}
	return events
}

// numbering knows which document of its template a text is. Helm sorts the documents and drops their numbers.
type numbering struct {
	printed map[string]string
	// count holds the number of documents that a template printed.
	count map[string]int
	// indexes holds the numbers of the documents with a text, for templates that printed several.
	indexes map[string]map[string][]int
}

func newNumbering(printed map[string]string, hooks []*release.Hook, manifests []releaseutil.Manifest) *numbering {
	numbers := &numbering{printed: printed, count: map[string]int{}, indexes: map[string]map[string][]int{}}
	for _, hook := range hooks {
		numbers.count[hook.Path]++
	}
	for _, manifest := range manifests {
		numbers.count[manifest.Name]++
	}
	return numbers
}

// next returns the number of a text, and of equal texts one after the other.
func (n *numbering) next(name, text string) int {
	if n.count[name] == 1 && !strings.Contains(n.printed[name], "\n---") {
		return 0
	}
	if n.indexes[name] == nil {
		n.indexes[name] = map[string][]int{}
		for index, document := range splitDocuments(n.printed[name]) {
			n.indexes[name][document] = append(n.indexes[name][document], index)
		}
	}
	indexes := n.indexes[name][text]
	if len(indexes) == 0 {
		return 0
	}
	n.indexes[name][text] = indexes[1:]
	return indexes[0]
}

// splitDocuments returns the documents that a template printed, in order, as Helm divides them.
func splitDocuments(text string) []string {
	byKey := releaseutil.SplitManifests(text)
	documents := make([]string, 0, len(byKey))
	for index := range len(byKey) {
		documents = append(documents, byKey[manifestKey(index)])
	}
	return documents
}
