package main

import (
	"net/http"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	serverstorage "k8s.io/apiserver/pkg/server/storage"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	kubeletclient "k8s.io/kubernetes/pkg/kubelet/client"
	configmapstore "k8s.io/kubernetes/pkg/registry/core/configmap/storage"
	endpointsstore "k8s.io/kubernetes/pkg/registry/core/endpoint/storage"
	eventstore "k8s.io/kubernetes/pkg/registry/core/event/storage"
	limitrangestore "k8s.io/kubernetes/pkg/registry/core/limitrange/storage"
	namespacestore "k8s.io/kubernetes/pkg/registry/core/namespace/storage"
	nodestore "k8s.io/kubernetes/pkg/registry/core/node/storage"
	volumestore "k8s.io/kubernetes/pkg/registry/core/persistentvolume/storage"
	claimstore "k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim/storage"
	podstore "k8s.io/kubernetes/pkg/registry/core/pod/storage"
	podtemplatestore "k8s.io/kubernetes/pkg/registry/core/podtemplate/storage"
	controllerstore "k8s.io/kubernetes/pkg/registry/core/replicationcontroller/storage"
	quotastore "k8s.io/kubernetes/pkg/registry/core/resourcequota/storage"
	secretstore "k8s.io/kubernetes/pkg/registry/core/secret/storage"
	servicestore "k8s.io/kubernetes/pkg/registry/core/service/storage"
	accountstore "k8s.io/kubernetes/pkg/registry/core/serviceaccount/storage"
)

// coreProvider makes the registries of the core group. Kubernetes' own provider cannot be used: it
// connects to a database to share out addresses and ports.
type coreProvider struct{ ports *ports }

func (coreProvider) GroupName() string { return core.GroupName }

func (p coreProvider) NewRESTStorage(_ serverstorage.APIResourceConfigSource, options generic.RESTOptionsGetter) (genericapiserver.APIGroupInfo, error) {
	info := genericapiserver.NewDefaultAPIGroupInfo(core.GroupName, legacyscheme.Scheme, legacyscheme.ParameterCodec, legacyscheme.Codecs)
	storages := &storageMap{resources: map[string]rest.Storage{}}
	addConfiguration(storages, options)
	addWorkloads(storages, options, p.ports)
	addVolumes(storages, options)
	info.VersionedResourcesStorageMap["v1"] = storages.resources
	return info, storages.err
}

// A storageMap collects registries, and the first error of making one.
type storageMap struct {
	resources map[string]rest.Storage
	err       error
}

func (m *storageMap) add(resource string, storage rest.Storage, err error) {
	if m.err == nil {
		m.err = err
	}
	m.resources[resource] = storage
}

func addConfiguration(m *storageMap, options generic.RESTOptionsGetter) {
	configMaps, err := configmapstore.NewREST(options)
	m.add("configmaps", configMaps, err)
	secrets, err := secretstore.NewREST(options)
	m.add("secrets", secrets, err)
	namespaces, _, _, err := namespacestore.NewREST(options)
	m.add("namespaces", namespaces, err)
	quotas, _, err := quotastore.NewREST(options)
	m.add("resourcequotas", quotas, err)
	limits, err := limitrangestore.NewREST(options)
	m.add("limitranges", limits, err)
	events, err := eventstore.NewREST(options, 3600)
	m.add("events", events, err)
	accounts, err := accountstore.NewREST(options, nil, nil, authorizerfactory.NewAlwaysDenyAuthorizer(), 0, noObjects{}, noObjects{}, noObjects{},
		noWebhooks[admissionregistrationv1.ValidatingWebhookConfiguration]{}, noWebhooks[admissionregistrationv1.MutatingWebhookConfiguration]{}, false, 0)
	m.add("serviceaccounts", accounts, err)
}

func addWorkloads(m *storageMap, options generic.RESTOptionsGetter, ports *ports) {
	nodes, err := nodestore.NewStorage(options, kubeletclient.KubeletClientConfig{}, http.DefaultTransport)
	m.add("nodes", nodes.Node, err)
	pods, err := podstore.NewStorage(options, nodes.KubeletConnectionInfo, http.DefaultTransport, nil, authorizerfactory.NewAlwaysAllowAuthorizer())
	m.add("pods", pods.Pod, err)
	templates, err := podtemplatestore.NewREST(options)
	m.add("podtemplates", templates, err)
	controllers, err := controllerstore.NewStorage(options)
	m.add("replicationcontrollers", controllers.Controller, err)
	endpoints, err := endpointsstore.NewREST(options)
	m.add("endpoints", endpoints, err)
	services, _, _, err := servicestore.NewREST(options, core.IPv4Protocol, addresses(), ports, nil, pods.Pod, http.DefaultTransport)
	m.add("services", services, err)
}

func addVolumes(m *storageMap, options generic.RESTOptionsGetter) {
	volumes, _, err := volumestore.NewREST(options)
	m.add("persistentvolumes", volumes, err)
	claims, _, err := claimstore.NewREST(options)
	m.add("persistentvolumeclaims", claims, err)
}
