// Command helm is Helm as an engine: it renders a chart as helm template does.
package main

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"regatta.dev/engines/protocol"
)

func answer(message []byte) []byte {
	var in request
	var out response
	if err := json.Unmarshal(message, &in); err != nil {
		out.Error = &failure{Type: "failed", Message: err.Error()}
	} else {
		out = respond(in)
	}
	encoded, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return encoded
}

func respond(in request) response {
	out, err := build(in)
	if err == nil {
		return out
	}
	var known *failure
	if !errors.As(err, &known) {
		known = &failure{Type: "failed", Message: err.Error()}
	}
	return response{Error: known}
}

func build(in request) (response, error) {
	first := newChance(nil)
	if in.Random == "Seeded" {
		shared, err := seedOf(in)
		if err != nil {
			return response{}, err
		}
		first.shared = shared
	}
	plain, err := render(in, pass{chance: first})
	if err != nil {
		return response{}, err
	}
	random, err := randomUses(in, plain, first)
	if err != nil || len(random) > 0 {
		return response{Random: random}, err
	}
	documents, err := plain.documents(in.IncludeCRDs)
	if err != nil {
		return response{}, err
	}
	out := response{Documents: documents}
	if in.Lines {
		out.Templates = findLines(in, plain, documents)
	}
	return out, nil
}

// randomUses returns the calls whose random results reach the output. The chart is rendered again with other
// random bytes: a call whose result a chart throws away, as in the default of a value that is set, changes
// nothing.
func randomUses(in request, plain *rendering, first *chance) ([]use, error) {
	isForbidden := func(site use) bool { return in.Random != "Seeded" || site.Key }
	var called []use
	for _, index := range slices.Sorted(maps.Keys(first.used)) {
		if site := first.sites[index]; isForbidden(site) {
			called = append(called, site)
		}
	}
	if len(called) == 0 {
		return nil, nil
	}
	isSame, err := isUnchanged(in, plain, isForbidden)
	if err != nil || isSame {
		return nil, err
	}
	var found []use
	for _, site := range called {
		isSame, err := isUnchanged(in, plain, func(other use) bool { return other == site })
		if err != nil {
			return nil, err
		}
		if !isSame {
			found = append(found, site)
		}
	}
	if len(found) == 0 {
		found = called
	}
	return found, nil
}

// isUnchanged renders a chart again with other random bytes for some calls.
func isUnchanged(in request, plain *rendering, isChanged func(use) bool) (bool, error) {
	other := newChance(isChanged)
	if in.Random == "Seeded" {
		shared, err := seedOf(in)
		if err != nil {
			return false, err
		}
		other.shared = shared
	}
	again, err := render(in, pass{chance: other, isRepeated: true})
	if err != nil {
		return false, err
	}
	return maps.EqualFunc(withoutNotes(plain.files), withoutNotes(again.files), func(a, b string) bool { return a == b }), nil
}

func withoutNotes(files map[string]string) map[string]string {
	kept := maps.Clone(files)
	maps.DeleteFunc(kept, func(name, _ string) bool { return strings.HasSuffix(name, "NOTES.txt") })
	return kept
}

func init() { protocol.Serve(answer) }

func main() {}
