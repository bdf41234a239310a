package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/encoding/protojson"
)

// recorder is the folder that holds the last response for each proxy and type, or empty.
type recorder string

// save writes the resources of a response as istiod sent them, as a JSON array.
func (r recorder) save(proxy proxy, response *discovery.DiscoveryResponse) error {
	if r == "" {
		return nil
	}
	resources := make([]json.RawMessage, 0, len(response.GetResources()))
	for _, packed := range response.GetResources() {
		resource, err := packed.UnmarshalNew()
		if err != nil {
			return err
		}
		text, err := protojson.Marshal(resource)
		if err != nil {
			return err
		}
		resources = append(resources, text)
	}
	text, err := json.Marshal(resources)
	if err != nil {
		return err
	}
	folder := filepath.Join(string(r), proxy.id)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	kind := response.GetTypeUrl()[strings.LastIndex(response.GetTypeUrl(), ".")+1:]
	draft := filepath.Join(folder, kind+".draft")
	if err := os.WriteFile(draft, text, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, filepath.Join(folder, kind+".json"))
}
