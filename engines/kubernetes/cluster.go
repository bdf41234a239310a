package main

import (
	"net/http"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A cluster is a server with the definitions, policies and namespaces of one request.
type cluster struct {
	server   *server
	custom   *customKinds
	security *security
	policies *policies
	// namespaces holds the labels of namespaces.
	namespaces map[string]map[string]string
}

func newCluster(s *server, req request) (*cluster, error) {
	c := &cluster{server: s, namespaces: req.Namespaces, custom: newCustomKinds(s, req.Definitions)}
	var err error
	if c.security, err = newSecurity(s, req.Namespaces); err != nil {
		return nil, err
	}
	c.policies, err = newPolicies(c, req)
	return c, err
}

// apply applies an object.
func (c *cluster) apply(obj object, res *result) {
	handler, path, namespaced, err := c.find(obj.kind, res)
	if err != nil {
		res.NotChecked = append(res.NotChecked, err.Error())
		return
	}
	if handler == nil {
		return
	}
	to := address{path: path, name: obj.name}
	if namespaced {
		to.namespace = obj.namespace
	}
	send(handler, to, obj.raw, checking{c, res})
}

// find returns the handler of a kind. Where there is none, res says that the kind is not checked.
func (c *cluster) find(kind schema.GroupVersionKind, res *result) (http.Handler, schema.GroupVersionResource, bool, error) {
	if custom := c.custom.find(kind, res); custom != nil {
		return c.custom.handler, custom.path, custom.namespaced, nil
	}
	builtIn, err := c.server.resource(kind)
	if err != nil || builtIn == nil {
		if len(res.NotChecked) == 0 && err == nil {
			res.NotChecked = append(res.NotChecked, kind.GroupVersion().String()+" "+kind.Kind+" is unknown to the API server")
		}
		return nil, schema.GroupVersionResource{}, false, err
	}
	for _, text := range builtIn.warnings {
		(*warnings)(res).AddWarning("", text)
	}
	return builtIn.apply, builtIn.path, builtIn.namespaced, nil
}
