// Command kustomize is Kustomize as an engine: a build over files that the request carries.
package main

import (
	"encoding/json"
	"path/filepath"

	"regatta.dev/engines/protocol"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type request struct {
	Root  string            `json:"root"`
	Files map[string]string `json:"files"`
}

func init() { protocol.Serve(answer) }

func main() {}

func answer(data []byte) []byte {
	var in request
	if err := json.Unmarshal(data, &in); err != nil {
		return encode(map[string]string{"error": err.Error()})
	}
	fs := filesys.MakeFsInMemory()
	for p, c := range in.Files {
		_ = fs.MkdirAll(filepath.Dir(p))
		_ = fs.WriteFile(p, []byte(c))
	}
	o := krusty.MakeDefaultOptions()
	o.PluginConfig = types.DisabledPluginConfig()
	o.Reorder = krusty.ReorderOptionUnspecified
	m, err := krusty.MakeKustomizer(o).Run(fs, in.Root)
	if err != nil {
		return encode(map[string]string{"error": err.Error()})
	}
	y, err := m.AsYaml()
	if err != nil {
		return encode(map[string]string{"error": err.Error()})
	}
	return encode(map[string]string{"yaml": string(y)})
}

func encode(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}
