package main

import (
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/gvr"
)

type schemaResource = schema.GroupVersionResource

// meshConfigOf returns Istio's defaults with the settings of the mesh.
func meshConfigOf(settings meshSettings) (meshwatcher.WatcherCollection, error) {
	config := mesh.DefaultMeshConfig()
	for _, text := range [][]byte{settings.MeshConfig, localitySetting(settings), trustSetting(settings)} {
		if len(text) == 0 {
			continue
		}
		applied, err := mesh.ApplyMeshConfig(string(text), config)
		if err != nil {
			return nil, fmt.Errorf("the settings of mesh %s are not Istio's: %w", settings.Name, err)
		}
		config = applied
	}
	return meshwatcher.NewTestWatcher(config), nil
}

func localitySetting(settings meshSettings) []byte {
	if len(settings.LocalityLoadBalancing) == 0 {
		return nil
	}
	return []byte(fmt.Sprintf(`{"localityLbSetting":%s}`, settings.LocalityLoadBalancing))
}

func trustSetting(settings meshSettings) []byte {
	if settings.TrustDomain == "" {
		return nil
	}
	text, _ := json.Marshal(map[string]string{"trustDomain": settings.TrustDomain})
	return text
}

// networksOf returns Istio's MeshNetworks: each network has the endpoints of its clusters.
func networksOf(settings meshSettings) *meshconfig.MeshNetworks {
	networks := &meshconfig.MeshNetworks{Networks: map[string]*meshconfig.Network{}}
	names := []string{}
	for name := range settings.Networks {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		id := settings.Networks[name]
		if networks.Networks[id] == nil {
			networks.Networks[id] = &meshconfig.Network{}
		}
		registry := &meshconfig.Network_NetworkEndpoints{
			Ne: &meshconfig.Network_NetworkEndpoints_FromRegistry{FromRegistry: name},
		}
		networks.Networks[id].Endpoints = append(networks.Networks[id].Endpoints, registry)
	}
	return networks
}

// controlPlaneClient serves the objects of the control plane's cluster: its configuration, and what a cluster of the
// same name has besides.
func controlPlaneClient(mesh *decodedMesh) *client {
	home := newClient(mesh.ControlPlane, nil)
	for _, object := range mesh.config {
		if object.fault == "" && !isRefused(object) {
			home.add(object.schema.GroupVersionResource(), mesh.origins.markTyped(object).(metav1.Object))
		}
	}
	for _, one := range mesh.clusters {
		if one.Name == mesh.ControlPlane {
			for _, object := range one.objects {
				home.add(object.schema.GroupVersionResource(), object.typed.(metav1.Object))
			}
			addNodes(home, one)
		}
	}
	return home
}

// nodeName is the node of pods that name none.
const nodeName = "node"

// addNodes adds the nodes of the cluster's pods. They carry the region and zone of the cluster.
func addNodes(served *client, one *decodedCluster) {
	nodes := map[string]bool{}
	for _, object := range one.objects {
		if pod, ok := object.typed.(*corev1.Pod); ok {
			if pod.Spec.NodeName == "" {
				pod.Spec.NodeName = nodeName
			}
			nodes[pod.Spec.NodeName] = true
		}
	}
	for name := range nodes {
		served.add(gvr.Node, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelTopologyRegion: one.Region, corev1.LabelTopologyZone: one.Zone,
		}}})
	}
}
