package main

import (
	"runtime"
	"slices"

	"istio.io/istio/pilot/pkg/config/aggregate"
	"istio.io/istio/pilot/pkg/config/kube/gateway"
	"istio.io/istio/pilot/pkg/config/memory"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/pkg/networking/core/envoyfilter"
	serviceaggregate "istio.io/istio/pilot/pkg/serviceregistry/aggregate"
	"istio.io/istio/pilot/pkg/serviceregistry/kube/controller"
	"istio.io/istio/pilot/pkg/serviceregistry/serviceentry"
	"istio.io/istio/pkg/activenotifier"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/kube/multicluster"
)

const systemNamespace = "istio-system"

// A plane is a control plane that has read a mesh.
type plane struct {
	mesh      *decodedMesh
	env       *model.Environment
	generator *core.ConfigGeneratorImpl
	registry  *serviceaggregate.Controller
	gateways  *gateway.Controller
	routes    *model.VirtualServiceController
	stopped   chan struct{}
	debugger  *krt.DebugHandler
	updater   *model.FakeEndpointIndexUpdater
}

func init() {
	// Istio would read the name servers of the machine, which an engine cannot.
	model.NetworkGatewayTestDNSServers = []string{"127.0.0.1:53"}
}

// startPlane starts a control plane over a mesh, and returns after it has read everything.
func startPlane(mesh *decodedMesh) (*plane, error) {
	watcher, err := meshConfigOf(mesh.meshSettings)
	if err != nil {
		return nil, err
	}
	envoyfilter.RouteName = mesh.origins.unmarked
	p := &plane{
		mesh: mesh, env: model.NewEnvironment(), generator: core.NewConfigGenerator(&model.DisabledCache{}),
		stopped: make(chan struct{}), debugger: new(krt.DebugHandler),
	}
	p.env.Watcher = watcher
	p.env.NetworksWatcher = meshwatcher.NewFixedNetworksWatcher(networksOf(mesh.meshSettings))
	p.updater = model.NewEndpointIndexUpdater(p.env.EndpointIndex)
	home := controlPlaneClient(mesh)
	store := p.openStore(home)
	p.discover(store, home, watcher)
	p.env.ConfigStore = store
	p.env.ServiceDiscovery = p.registry
	p.env.GatewayAPIController = p.gateways
	p.routes = model.NewVirtualServiceController(
		store, model.VSControllerOptions{KrtDebugger: p.debugger, XDSUpdater: p.updater}, watcher,
	)
	p.env.VirtualServiceController = p.routes
	p.env.Init()
	home.RunAndWait(p.stopped)
	go p.registry.Run(p.stopped)
	go store.Run(p.stopped)
	go p.routes.Run(p.stopped)
	return p, p.read(store)
}

// openStore returns a store with Istio's configuration, and with that which follows from the objects of the Gateway API.
func (p *plane) openStore(home *client) model.ConfigStoreController {
	written := memory.NewController(memory.MakeSkipValidation(collections.PilotGatewayAPI()))
	for _, object := range p.mesh.config {
		if object.fault == "" && !isRefused(object) {
			p.create(written, object)
		}
	}
	knowsAll := func(schemaResource, <-chan struct{}) bool { return true }
	p.gateways = gateway.NewController(home, knowsAll, p.options(p.mesh.ControlPlane), p.updater)
	all, err := aggregate.MakeWriteableCache([]model.ConfigStoreController{written, p.gateways}, written)
	if err != nil {
		panic(err)
	}
	return all
}

func (p *plane) create(store model.ConfigStoreController, object *decoded) {
	if _, ok := collections.PilotGatewayAPI().FindByGroupVersionKind(object.schema.GroupVersionKind()); !ok {
		return
	}
	// Two objects of one name cannot be in one cluster: the first one counts.
	_, _ = store.Create(p.mesh.origins.mark(object))
}

// discover adds a registry of services for each cluster, and one for ServiceEntries.
func (p *plane) discover(store model.ConfigStoreController, home *client, watcher meshwatcher.WatcherCollection) {
	id := cluster.ID(p.mesh.ControlPlane)
	p.registry = serviceaggregate.NewController(serviceaggregate.Options{MeshHolder: watcher, ConfigClusterID: id})
	remote := multicluster.NewController(multicluster.ControllerOptions{
		Client: home, ClusterID: id, SystemNamespace: systemNamespace, MeshConfig: watcher, Debugger: p.debugger,
	})
	entries := serviceentry.NewController(
		store, p.updater, remote, watcher, serviceentry.WithClusterID(id), serviceentry.WithKRTDebugger(p.debugger),
	)
	p.registry.AddRegistry(entries)
	defer func() { _ = remote.Run(p.stopped) }()
	hasHome := false
	for _, one := range p.mesh.clusters {
		isHome := one.Name == p.mesh.ControlPlane
		hasHome = hasHome || isHome
		served := home
		if !isHome {
			served = newClient(one.Name, one.objects)
			addNodes(served, one)
		}
		p.addCluster(served, entries, watcher)
	}
	if !hasHome {
		p.addCluster(home, entries, watcher)
	}
}

func (p *plane) addCluster(served *client, entries *serviceentry.Controller, watcher meshwatcher.WatcherCollection) {
	options := p.options(string(served.name))
	options.MeshWatcher = watcher
	options.MeshNetworksWatcher = p.env.NetworksWatcher
	options.MeshServiceController = p.registry
	registry := controller.NewController(served, options)
	registry.AppendWorkloadHandler(entries.WorkloadInstanceHandler)
	if options.ConfigCluster {
		entries.AppendWorkloadHandler(registry.WorkloadInstanceHandler)
	}
	p.registry.AddRegistry(registry)
	served.RunAndWait(p.stopped)
}

func (p *plane) options(name string) controller.Options {
	return controller.Options{
		SystemNamespace: systemNamespace, DomainSuffix: domainSuffix, ClusterID: cluster.ID(name),
		Metrics: p.env, XDSUpdater: p.updater, ConfigCluster: name == p.mesh.ControlPlane,
		StatusWritingEnabled: activenotifier.New(false), KrtDebugger: p.debugger,
	}
}

// read waits until the control plane has read everything. The controller of the Gateway API is not synced before the
// first push, which tells it the services: a control plane pushes as soon as it knows some.
func (p *plane) read(store model.ConfigStoreController) error {
	settle(p.registry.HasSynced)
	if err := p.env.InitNetworksManager(p.updater); err != nil {
		return err
	}
	for range 2 {
		p.push()
		settle(store.HasSynced, p.registry.HasSynced, p.routes.HasSynced)
	}
	p.push()
	return nil
}

// push computes what the proxies get from everything that was read so far.
func (p *plane) push() {
	push := model.NewPushContext()
	push.InitContext(p.env, nil, nil)
	p.env.SetPushContext(push)
}

// settle lets all goroutines run until the caches are synced, and then some more: a handler may start another.
func settle(synced ...func() bool) {
	isPending := func(hasSynced func() bool) bool { return !hasSynced() }
	for slices.ContainsFunc(synced, isPending) {
		runtime.Gosched()
	}
	for range 200 {
		runtime.Gosched()
	}
}

func (p *plane) stop() {
	close(p.stopped)
	for range 200 {
		runtime.Gosched()
	}
}
