package main

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
)

// transformationsKey is the annotation in which Kustomize writes what changed an object.
const transformationsKey = "alpha.config.kubernetes.io/transformations"

// A result is what Kustomize came to.
type result struct {
	// plain is the output; tracked has the same objects with their origins, or differs, or is nil.
	plain, tracked resmap.ResMap
	err            error
	root           string
	// asks says that the author has origins written into the output.
	asks bool
}

func answerOf(files *files, in request, made result) answer {
	out := answer{Documents: []document{}, Unlocked: unlockedIn(files), HelmCharts: []string{}}
	if made.err != nil {
		out.Error = made.err.Error()
	} else if documents, err := documentsOf(made, in); err != nil {
		out.Error = err.Error()
	} else {
		out.Documents = documents
	}
	for file, kustomization := range files.kustomizations {
		if len(kustomization.HelmCharts)+len(kustomization.HelmChartInflationGenerator) > 0 {
			out.HelmCharts = append(out.HelmCharts, strings.TrimPrefix(file, mount+"/"))
		}
	}
	slices.Sort(out.HelmCharts)
	out.Reads = files.reads()
	return out
}

func unlockedIn(files *files) []unlocked {
	list := []unlocked{}
	for item := range files.unlocked {
		list = append(list, item)
	}
	slices.SortFunc(list, func(a, b unlocked) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Address, b.Address))
	})
	return list
}

func documentsOf(made result, in request) ([]document, error) {
	list := []document{}
	origins := originsOf(made)
	for index, res := range made.plain.Resources() {
		if err := finish(res, in, made); err != nil {
			return nil, err
		}
		text, err := res.AsYAML()
		if err != nil {
			return nil, err
		}
		list = append(list, document{Text: string(text), Origin: origins[index]})
	}
	return list, nil
}

// originsOf has an origin for each object of the output, in its order.
func originsOf(made result) []*origin {
	list := make([]*origin, len(made.plain.Resources()))
	if made.tracked == nil {
		return list
	}
	tracked := made.tracked.Resources()
	for index, res := range made.plain.Resources() {
		if len(tracked) == len(list) && tracked[index].CurId() == res.CurId() {
			list[index] = originOf(tracked[index], made.root)
		}
	}
	return list
}

// finish makes the annotations of an object what its author asked for.
func finish(res *resource.Resource, in request, made result) error {
	if err := restoreTransformations(res, in.Remotes, made.root); err != nil {
		return err
	}
	found, err := res.GetOrigin()
	if err != nil || found == nil {
		return err
	}
	if !made.asks {
		return res.SetOrigin(nil)
	}
	return res.SetOrigin(restore(found, in.Remotes, made.root))
}

func restoreTransformations(res *resource.Resource, remotes map[string]remote, root string) error {
	if len(remotes) == 0 {
		return nil
	}
	list, err := res.GetTransformations()
	if err != nil || len(list) == 0 {
		return err
	}
	for index, item := range list {
		list[index] = restore(item, remotes, root)
	}
	text, err := list.String()
	if err != nil {
		return err
	}
	annotations := res.GetAnnotations()
	annotations[transformationsKey] = text
	return res.SetAnnotations(annotations)
}
