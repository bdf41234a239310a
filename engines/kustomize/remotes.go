package main

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// localize puts local paths in place of the addresses in a kustomization, and says whether there was any.
// Addresses that are not locked are noted: Kustomize will fail at them, as it can reach nothing.
func (f *files) localize(file string, kustomization *types.Kustomization) bool {
	folder := path.Dir(filepath.Clean(file))
	changed := false
	for _, list := range [][]string{
		kustomization.Resources, kustomization.Bases, kustomization.Components,
		kustomization.Generators, kustomization.Transformers, kustomization.Validators,
	} {
		for index, address := range list {
			if found, ok := f.remotes[address]; ok {
				list[index] = relative(folder, path.Join(mount, found.Path))
				changed = true
			} else if isRemote(address) {
				f.noteUnlocked(file, address)
			}
		}
	}
	for _, address := range filesNamedIn(kustomization) {
		if isHTTP(address) {
			f.noteUnlocked(file, address)
		}
	}
	return changed
}

func (f *files) noteUnlocked(file, address string) {
	name := strings.TrimPrefix(filepath.Clean(file), mount+"/")
	f.unlocked[unlocked{Address: address, File: name}] = true
}

// filesNamedIn has what a kustomization names in fields for single files, which Kustomize may take from the network.
func filesNamedIn(k *types.Kustomization) []string {
	names := slices.Concat(k.Crds, k.Configurations)
	for _, patch := range slices.Concat(k.Patches, k.PatchesJson6902) {
		names = append(names, patch.Path)
	}
	for _, patch := range k.PatchesStrategicMerge {
		names = append(names, string(patch))
	}
	for _, replacement := range k.Replacements {
		names = append(names, replacement.Path)
	}
	for _, generator := range k.ConfigMapGenerator {
		names = append(names, sourcesOf(generator.KvPairSources)...)
	}
	for _, generator := range k.SecretGenerator {
		names = append(names, sourcesOf(generator.KvPairSources)...)
	}
	return append(names, k.OpenAPI["path"])
}

// sourcesOf has the files of a generator, without the keys that they may be given.
func sourcesOf(sources types.KvPairSources) []string {
	names := append(slices.Clone(sources.EnvSources), sources.EnvSource)
	for _, file := range sources.FileSources {
		_, name, ok := strings.Cut(file, "=")
		if !ok {
			name = file
		}
		names = append(names, name)
	}
	return names
}

func isHTTP(address string) bool {
	lower := strings.ToLower(address)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// isRemote says whether Kustomize would fetch what an entry of a list names.
func isRemote(address string) bool {
	if strings.Contains(address, "\n") {
		return false
	}
	return isHTTP(address) || new(resource.Origin).Append(address).Repo != ""
}

func relative(folder, target string) string {
	name, err := filepath.Rel(folder, target)
	if err != nil {
		return target
	}
	return name
}
