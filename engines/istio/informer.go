package main

import (
	"sort"
	"sync/atomic"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// An informer serves a list of objects that never changes.
type informer struct {
	// SharedIndexInformer is nil: Istio calls none of its other methods.
	cache.SharedIndexInformer
	indexer   cache.Indexer
	isRunning bool
	waiting   []func()
}

func newInformer(objects []metav1.Object) *informer {
	byNamespace := cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, byNamespace)
	for _, object := range objects {
		// The key function fails only for objects without metadata.
		_ = indexer.Add(object)
	}
	return &informer{indexer: indexer}
}

// AddEventHandler notifies the handler of all objects once the informer runs. It does so in a goroutine, because a
// handler may ask whether the informer is synced while this function is being called.
func (i *informer) AddEventHandler(
	handler cache.ResourceEventHandler,
) (cache.ResourceEventHandlerRegistration, error) {
	registered := &registration{done: make(chan struct{})}
	notify := func() {
		for _, key := range i.sortedKeys() {
			if object, exists, err := i.indexer.GetByKey(key); err == nil && exists {
				handler.OnAdd(object, true)
			}
		}
		registered.isSynced.Store(true)
		close(registered.done)
	}
	if i.isRunning {
		go notify()
	} else {
		i.waiting = append(i.waiting, notify)
	}
	return registered, nil
}

func (i *informer) RemoveEventHandler(cache.ResourceEventHandlerRegistration) error { return nil }

func (i *informer) Run(<-chan struct{}) {
	i.isRunning = true
	for _, notify := range i.waiting {
		go notify()
	}
	i.waiting = nil
}

func (i *informer) HasSynced() bool { return i.isRunning }

func (i *informer) IsStopped() bool { return false }

func (i *informer) AddIndexers(indexers cache.Indexers) error { return i.indexer.AddIndexers(indexers) }

func (i *informer) GetIndexer() cache.Indexer { return i.indexer }

func (i *informer) GetStore() cache.Store { return i.indexer }

// A registration is synced after its handler was notified of all objects.
type registration struct {
	isSynced atomic.Bool
	done     chan struct{}
}

func (r *registration) HasSynced() bool { return r.isSynced.Load() }

func (r *registration) HasSyncedChecker() cache.DoneChecker { return r }

func (r *registration) Name() string { return "registration" }

func (r *registration) Done() <-chan struct{} { return r.done }

func (i *informer) sortedKeys() []string {
	keys := i.indexer.ListKeys()
	sort.Strings(keys)
	return keys
}
