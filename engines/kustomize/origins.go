package main

import (
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// withOrigins is a kustomization that asks Kustomize to track origins, besides what its author asks for.
func withOrigins(kustomization *types.Kustomization) []byte {
	tracked := *kustomization
	tracked.BuildMetadata = append(slices.Clone(kustomization.BuildMetadata), types.OriginAnnotations)
	text, err := json.Marshal(&tracked)
	if err != nil {
		panic(err)
	}
	return text
}

// mayNoticeAnnotations says whether something that was read could come out otherwise because objects have one
// annotation more: a JSON patch needs the map of annotations or tests it, a replacement copies it, a
// transformer matches it. It looks at texts and errs to the safe side, at the cost of a second run.
func (f *files) mayNoticeAnnotations() bool {
	for file, k := range f.kustomizations {
		if len(k.Transformers)+len(k.Generators)+len(k.Validators) > 0 {
			return true
		}
		inline, err := json.Marshal([]any{k.Patches, k.PatchesJson6902, k.PatchesStrategicMerge, k.Replacements, k.Vars})
		if err != nil || noticing.Match(inline) {
			return true
		}
		for _, name := range filesNamedIn(k) {
			data, err := f.FileSystem.ReadFile(path.Join(path.Dir(file), name))
			if err == nil && noticing.Match(data) {
				return true
			}
		}
		for _, name := range k.Configurations {
			data, err := f.FileSystem.ReadFile(path.Join(path.Dir(file), name))
			if err == nil && bytes.Contains(bytes.ToLower(data), []byte("annotations")) {
				return true
			}
		}
	}
	return false
}

// noticing matches the paths of JSON patches, and of replacements and variables, that lead to annotations.
// A slash may be escaped in JSON.
var noticing = regexp.MustCompile(
	`[/\\]metadata(\\*["'\s]|\\?/annotations)|(?i:fieldpaths?)\W+metadata(\W*[,}\]\n]|\.annotations)`)

// originOf is where an object comes from, relative to the top of the repository; nil where Kustomize does not know.
func originOf(res *resource.Resource, root string) *origin {
	found, err := res.GetOrigin()
	if err != nil || found == nil {
		return nil
	}
	return &origin{Path: fromTop(root, found.Path), ConfiguredIn: fromTop(root, found.ConfiguredIn)}
}

// fromTop is a path that Kustomize gives relative to the folder that it builds; "" for one that is outside.
func fromTop(root, name string) string {
	file := path.Join(root, name)
	if relative, ok := strings.CutPrefix(file, mount+"/"); ok && name != "" {
		return relative
	}
	return ""
}

// restore is an origin as Kustomize would have written it had it fetched the address itself.
func restore(found *resource.Origin, remotes map[string]remote, root string) *resource.Origin {
	name := found.Path
	if name == "" {
		name = found.ConfiguredIn
	}
	file := fromTop(root, name)
	address, source := nearest(remotes, file)
	if address == "" {
		return found
	}
	original := new(resource.Origin).Append(address)
	if !source.IsFile {
		original.Path = path.Join(original.Path, relative("/"+source.Path, "/"+file))
	}
	original.ConfiguredIn, original.ConfiguredBy = found.ConfiguredIn, found.ConfiguredBy
	if found.ConfiguredIn != "" {
		original.ConfiguredIn, original.Path = original.Path, found.Path
	}
	return original
}

// nearest is the address whose source a file belongs to: of several in one source, the one whose folder is next to it.
func nearest(remotes map[string]remote, file string) (string, remote) {
	address := ""
	for candidate, source := range remotes {
		if !strings.HasPrefix(file, source.Top+"/") {
			continue
		}
		best := remotes[address]
		length, most := common(source.Path, file), common(best.Path, file)
		if address == "" || length > most || (length == most && candidate < address) {
			address = candidate
		}
	}
	return address, remotes[address]
}

// common is the length of the folder if the file is in it, else 0.
func common(folder, file string) int {
	if strings.HasPrefix(file, folder+"/") {
		return len(folder)
	}
	return 0
}
