package main

import (
	"context"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/storage"
)

// memory holds objects as the API server's database does, for the time of one check.
type memory struct {
	records  map[string]record
	revision uint64
	// settled says that what is stored has the status that controllers give it.
	settled bool
}

type record struct {
	data     []byte
	revision uint64
}

func newMemory() *memory { return &memory{records: map[string]record{}} }

func (m *memory) clear() {
	clear(m.records)
	m.settled = false
}

// A store is the part of memory that a registry sees; its codec encodes what the registry stores.
type store struct {
	*memory
	codec     runtime.Codec
	versioner storage.APIObjectVersioner
}

var _ storage.Interface = &store{}

func (s *store) Versioner() storage.Versioner { return s.versioner }

// GuaranteedUpdate is the way that every apply takes.
func (s *store) GuaranteedUpdate(_ context.Context, key string, destination runtime.Object, ignoreNotFound bool,
	preconditions *storage.Preconditions, tryUpdate storage.UpdateFunc, _ runtime.Object) error {
	current, found := s.records[key]
	if !found && !ignoreNotFound {
		return storage.NewKeyNotFoundError(key, 0)
	}
	existing, err := emptyLike(destination)
	if err != nil {
		return err
	}
	if found {
		if err := s.decode(current, existing); err != nil {
			return err
		}
		if s.settled {
			settle(existing)
		}
	}
	if err := preconditions.Check(key, existing); err != nil {
		return err
	}
	updated, _, err := tryUpdate(existing, storage.ResponseMeta{ResourceVersion: current.revision})
	if err != nil {
		return err
	}
	return s.put(key, updated, destination)
}

func (s *store) put(key string, obj, out runtime.Object) error {
	if err := s.versioner.PrepareObjectForStorage(obj); err != nil {
		return err
	}
	data, err := runtime.Encode(s.codec, obj)
	if err != nil {
		return err
	}
	s.revision++
	rec := record{data: data, revision: s.revision}
	s.records[key] = rec
	if out == nil {
		return nil
	}
	return s.decode(rec, out)
}

func (s *store) decode(rec record, into runtime.Object) error {
	if _, err := conversion.EnforcePtr(into); err != nil {
		return err
	}
	if _, _, err := s.codec.Decode(rec.data, nil, into); err != nil {
		return err
	}
	return s.versioner.UpdateObject(into, rec.revision)
}

// emptyLike returns an empty object of the type of obj.
func emptyLike(obj runtime.Object) (runtime.Object, error) {
	value, err := conversion.EnforcePtr(obj)
	if err != nil {
		return nil, err
	}
	if u, ok := obj.(runtime.Unstructured); ok {
		return u.NewEmptyInstance(), nil
	}
	empty := reflect.New(value.Type()).Interface().(runtime.Object)
	return empty, runtime.SetZeroValue(empty)
}

func (s *store) Create(_ context.Context, key string, obj, out runtime.Object, _ uint64) error {
	if _, found := s.records[key]; found {
		return storage.NewKeyExistsError(key, 0)
	}
	return s.put(key, obj, out)
}

func (s *store) Get(_ context.Context, key string, opts storage.GetOptions, out runtime.Object) error {
	rec, found := s.records[key]
	switch {
	case found:
		return s.decode(rec, out)
	case opts.IgnoreNotFound:
		return runtime.SetZeroValue(out)
	}
	return storage.NewKeyNotFoundError(key, 0)
}

func (s *store) Delete(_ context.Context, key string, out runtime.Object, _ *storage.Preconditions,
	_ storage.ValidateObjectFunc, _ runtime.Object, _ storage.DeleteOptions) error {
	rec, found := s.records[key]
	if !found {
		return storage.NewKeyNotFoundError(key, 0)
	}
	delete(s.records, key)
	return s.decode(rec, out)
}

// GetList finds nothing: a check knows its own object only.
func (s *store) GetList(_ context.Context, _ string, _ storage.ListOptions, list runtime.Object) error {
	return meta.SetList(list, nil)
}

func (s *store) Watch(context.Context, string, storage.ListOptions) (watch.Interface, error) {
	return watch.NewEmptyWatch(), nil
}

func (s *store) Stats(context.Context) (storage.Stats, error)              { return storage.Stats{}, nil }
func (s *store) ReadinessCheck() error                                     { return nil }
func (s *store) RequestWatchProgress(context.Context) error                { return nil }
func (s *store) GetCurrentResourceVersion(context.Context) (uint64, error) { return s.revision, nil }
func (s *store) EnableResourceSizeEstimation(storage.KeysFunc) error       { return nil }
func (s *store) CompactRevision() int64                                    { return 0 }
