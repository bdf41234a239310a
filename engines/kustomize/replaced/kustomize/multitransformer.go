package target

import (
	"sigs.k8s.io/kustomize/api/internal/utils"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
)

// This file replaces the one of the same name. The original notes every transformer in an annotation of every
// object, which takes most of the time of a build with many patches, and which most builds remove at their end.

type multiTransformer struct {
	transformers []*resmap.TransformerWithProperties
}

func newMultiTransformer(transformers []*resmap.TransformerWithProperties) resmap.Transformer {
	return &multiTransformer{transformers}
}

func (t *multiTransformer) Transform(objects resmap.ResMap) error {
	for _, one := range t.transformers {
		if err := one.Transform(objects); err != nil {
			return err
		}
		if err := note(one.Origin, objects); err != nil {
			return err
		}
		objects.DropEmpties()
	}
	return nil
}

// note records what a transformer did: an object without an origin is one that the transformer made.
func note(origin *resource.Origin, objects resmap.ResMap) error {
	if origin == nil {
		return nil
	}
	if resource.RecordsTransformations {
		return objects.AddTransformerAnnotation(origin)
	}
	for _, object := range objects.Resources() {
		if _, known := object.GetAnnotations(utils.OriginAnnotationKey)[utils.OriginAnnotationKey]; known {
			continue
		}
		if err := object.SetOrigin(origin); err != nil {
			return err
		}
	}
	return nil
}
