// Command kustomize is Kustomize as an engine: it builds one kustomization over the files that a
// request carries. It reads nothing else, and reports what it read.
package main

import (
	"encoding/json"

	"regatta.dev/engines/protocol"
)

// A request asks for one build. All paths are relative to the top of the repository.
type request struct {
	// Root is the folder of the kustomization.
	Root   string            `json:"root"`
	Files  map[string]string `json:"files"`
	Binary map[string][]byte `json:"binary"`
	// Remotes says where the files of locked addresses are, by the address as a kustomization has it.
	Remotes map[string]remote `json:"remotes"`
}

type remote struct {
	// Path is the folder that the address means; Top is the folder with all of its source.
	Path string `json:"path"`
	Top  string `json:"top"`
	// IsFile says that the address names one file of objects.
	IsFile bool `json:"isFile"`
}

type answer struct {
	Documents []document `json:"documents"`
	// Error is what Kustomize says; empty when it has built.
	Error string `json:"error"`
	// Reads has the files and folders that were read or looked for, sorted.
	Reads []string `json:"reads"`
	// Unlocked has the addresses that no remote was given for.
	Unlocked []unlocked `json:"unlocked"`
	// HelmCharts has the kustomizations that ask for charts.
	HelmCharts []string `json:"helmCharts"`
}

// A document is one object as Kustomize prints it. All, joined by "---\n", are Kustomize's output.
type document struct {
	Text   string  `json:"text"`
	Origin *origin `json:"origin"`
}

// An origin is the file that an object comes from, or the kustomization that makes it.
type origin struct {
	Path         string `json:"path"`
	ConfiguredIn string `json:"configuredIn"`
}

type unlocked struct {
	Address string `json:"address"`
	// File is the kustomization that names it.
	File string `json:"file"`
}

func init() { protocol.Serve(reply) }

// main is never called: the engine is a reactor.
func main() {}

func reply(data []byte) []byte {
	var in request
	var out answer
	if err := json.Unmarshal(data, &in); err != nil {
		out.Error = err.Error()
	} else {
		out = build(in)
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return text
}
