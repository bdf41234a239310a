package main

import (
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// build runs Kustomize as its command line does, and finds the origin of each object besides.
//
// Kustomize tracks origins only as annotations. Where the author did not ask for them they are added and
// taken away again; where a patch could notice them, the output comes from a second, plain run.
func build(in request) answer {
	files := newFiles(in)
	root := path.Join(mount, in.Root)
	file, kustomization, ok := files.kustomizationIn(root)
	resource.RecordsTransformations = !ok || slices.Contains(kustomization.BuildMetadata, types.TransformerAnnotations)
	if !ok || asksOrigins(kustomization) {
		resources, err := run(files, root)
		return answerOf(files, in, result{resources, resources, err, root, ok})
	}
	files.replaced[file] = withOrigins(kustomization)
	tracked, err := run(files, root)
	delete(files.replaced, file)
	plain := tracked
	if err != nil || files.mayNoticeAnnotations() {
		plain, err = run(files, root)
	}
	return answerOf(files, in, result{plain, tracked, err, root, false})
}

func run(files *files, root string) (resmap.ResMap, error) {
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.DisabledPluginConfig()
	options.Reorder = krusty.ReorderOptionUnspecified
	return krusty.MakeKustomizer(options).Run(files, root)
}

func asksOrigins(kustomization *types.Kustomization) bool {
	return slices.Contains(kustomization.BuildMetadata, types.OriginAnnotations)
}

// kustomizationIn reads the kustomization of a folder as Kustomize does. It is not ok where Kustomize
// will refuse the folder.
func (f *files) kustomizationIn(folder string) (string, *types.Kustomization, bool) {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		file := path.Join(folder, name)
		data, err := f.ReadFile(file)
		if err != nil {
			continue
		}
		var kustomization types.Kustomization
		ok := kustomization.Unmarshal(data) == nil && kustomization.CheckEmpty() == nil
		return file, &kustomization, ok
	}
	return "", nil, false
}
