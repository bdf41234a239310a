package main

import (
	"encoding/json"
	"fmt"
	"sort"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/util"
	labelutil "istio.io/istio/pilot/pkg/serviceregistry/util/label"
	"istio.io/istio/pilot/pkg/xds/endpoints"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/network"
	"istio.io/istio/pkg/wellknown"
)

// configure generates the configuration of one proxy.
func (p *plane) configure(identity proxyIdentity) (out proxyConfig) {
	out = proxyConfig{ID: identity.ID}
	defer func() {
		if fault := recover(); fault != nil {
			out = proxyConfig{ID: identity.ID, Error: fmt.Sprintf("Istio ended: %v", fault)}
		}
	}()
	proxy, err := p.connect(identity)
	if err != nil {
		out.Error = err.Error()
		return out
	}
	push := p.env.PushContext()
	request := &model.PushRequest{Push: push, Forced: true}
	listeners := p.generator.BuildListeners(proxy, push)
	routes := p.routesOf(proxy, request, listeners)
	clusters := p.clustersOf(proxy, request)
	assignments := p.endpointsOf(proxy, push, clusters)
	for _, route := range routes {
		p.mesh.origins.name(route.VirtualHosts)
	}
	for _, listener := range listeners {
		p.nameInline(listener)
	}
	out.Listeners, out.Routes = encode(listeners), encode(routes)
	out.Clusters, out.Endpoints = encode(clusters), encode(assignments)
	return out
}

// connect returns the proxy as the control plane knows it after it has connected.
func (p *plane) connect(identity proxyIdentity) (*model.Proxy, error) {
	metadata := &model.NodeMetadata{
		IstioVersion: proxyVersion, Labels: identity.Labels, Namespace: identity.Namespace,
		ClusterID: cluster.ID(identity.Cluster), ServiceAccount: identity.ServiceAccount,
		Network: network.ID(p.mesh.Networks[identity.Cluster]), InstanceIPs: []string{identity.IP},
	}
	if len(identity.Metadata) > 0 {
		if err := json.Unmarshal(identity.Metadata, metadata); err != nil {
			return nil, fmt.Errorf("the metadata of proxy %s are not Istio's: %w", identity.ID, err)
		}
	}
	proxy := &model.Proxy{
		Type: model.NodeType(identity.Type), ID: identity.ID, IPAddresses: []string{identity.IP},
		ConfigNamespace: identity.Namespace, DNSDomain: identity.Namespace + ".svc." + domainSuffix,
		Metadata: metadata, Labels: identity.Labels,
		IstioVersion: model.ParseIstioVersion(metadata.IstioVersion), XdsNode: &corev3.Node{},
		WatchedResources: map[string]*model.WatchedResource{},
	}
	proxy.SetWorkloadLabels(p.env)
	proxy.Locality = p.localityOf(identity.Cluster)
	proxy.XdsNode.Locality = proxy.Locality
	proxy.Labels = labelutil.AugmentLabels(
		proxy.Labels, metadata.ClusterID, util.LocalityToString(proxy.Locality), proxy.GetNodeName(), metadata.Network,
	)
	push := p.env.PushContext()
	proxy.SetServiceTargets(p.env.ServiceDiscovery)
	proxy.SetSidecarScope(push)
	if proxy.Type == model.Router {
		proxy.SetGatewaysForProxy(push)
	}
	proxy.LastPushContext = push
	proxy.DiscoverIPMode()
	return proxy, nil
}

func (p *plane) localityOf(name string) *corev3.Locality {
	for _, one := range p.mesh.clusters {
		if one.Name == name {
			return &corev3.Locality{Region: one.Region, Zone: one.Zone}
		}
	}
	return &corev3.Locality{}
}

func (p *plane) routesOf(
	proxy *model.Proxy, request *model.PushRequest, listeners []*listenerv3.Listener,
) []*routev3.RouteConfiguration {
	resources, _ := p.generator.BuildHTTPRoutes(proxy, request, routeNames(listeners))
	routes := make([]*routev3.RouteConfiguration, 0, len(resources))
	for _, resource := range resources {
		route := &routev3.RouteConfiguration{}
		if err := resource.Resource.UnmarshalTo(route); err == nil {
			routes = append(routes, route)
		}
	}
	return routes
}

func (p *plane) clustersOf(proxy *model.Proxy, request *model.PushRequest) []*clusterv3.Cluster {
	resources, _ := p.generator.BuildClusters(proxy, request)
	clusters := make([]*clusterv3.Cluster, 0, len(resources))
	for _, resource := range resources {
		one := &clusterv3.Cluster{}
		if err := resource.Resource.UnmarshalTo(one); err == nil {
			clusters = append(clusters, one)
		}
	}
	return clusters
}

// endpointsOf returns the endpoints of the clusters that get them from the control plane.
func (p *plane) endpointsOf(
	proxy *model.Proxy, push *model.PushContext, clusters []*clusterv3.Cluster,
) []*endpointv3.ClusterLoadAssignment {
	assignments := []*endpointv3.ClusterLoadAssignment{}
	for _, one := range clusters {
		if one.GetType() != clusterv3.Cluster_EDS {
			continue
		}
		builder := endpoints.NewEndpointBuilder(one.Name, proxy, push)
		assignments = append(assignments, builder.BuildClusterLoadAssignment(p.env.EndpointIndex))
	}
	return assignments
}

// routeNames returns the names of the routes that the listeners refer to.
func routeNames(listeners []*listenerv3.Listener) []string {
	names := map[string]bool{}
	eachManager(listeners, func(manager *hcm.HttpConnectionManager) bool {
		if name := manager.GetRds().GetRouteConfigName(); name != "" {
			names[name] = true
		}
		return false
	})
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	return sorted
}

// eachManager calls a function for each HTTP connection manager, and keeps what the function has changed.
func eachManager(listeners []*listenerv3.Listener, visit func(*hcm.HttpConnectionManager) (isChanged bool)) {
	for _, listener := range listeners {
		chains := append([]*listenerv3.FilterChain{}, listener.FilterChains...)
		if listener.DefaultFilterChain != nil {
			chains = append(chains, listener.DefaultFilterChain)
		}
		for _, chain := range chains {
			for _, filter := range chain.Filters {
				if filter.Name != wellknown.HTTPConnectionManager || filter.GetTypedConfig() == nil {
					continue
				}
				manager := &hcm.HttpConnectionManager{}
				if filter.GetTypedConfig().UnmarshalTo(manager) == nil && visit(manager) {
					_ = filter.GetTypedConfig().MarshalFrom(manager)
				}
			}
		}
	}
}

// nameInline restores the names of routes that are a part of the listener.
func (p *plane) nameInline(listener *listenerv3.Listener) {
	eachManager([]*listenerv3.Listener{listener}, func(manager *hcm.HttpConnectionManager) bool {
		hosts := manager.GetRouteConfig().GetVirtualHosts()
		p.mesh.origins.name(hosts)
		return len(hosts) > 0
	})
}

func encode[T proto.Message](messages []T) []json.RawMessage {
	out := make([]json.RawMessage, 0, len(messages))
	for _, one := range messages {
		text, err := protojson.Marshal(one)
		if err != nil {
			panic(fmt.Sprintf("%T cannot be encoded: %v", one, err))
		}
		out = append(out, text)
	}
	return out
}
