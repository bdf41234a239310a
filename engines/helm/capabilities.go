package main

import (
	"fmt"
	"slices"

	"helm.sh/helm/v4/pkg/chart/common"
)

// capabilitiesOf returns what templates see as .Capabilities. HelmVersion has the values of the official
// build of this version, so that a chart that prints them renders as with that program.
func capabilitiesOf(in request) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.HelmVersion.Version = "v4.1.4"
	capabilities.HelmVersion.GitCommit = "05fa37973dc9e42b76e1d2883494c87174b6074f"
	capabilities.HelmVersion.GitTreeState = "clean"
	capabilities.HelmVersion.GoVersion = "go1.25.9"
	capabilities.HelmVersion.KubeClientVersion = "v1.35"
	if in.KubeVersion != "" {
		version, err := common.ParseKubeVersion(in.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %s", in.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	known := capabilities.APIVersions
	if in.BuiltIn != nil {
		known = in.BuiltIn
	}
	// A copy: appending to Helm's own list could write into memory that the next request sees.
	capabilities.APIVersions = slices.Concat(known, in.APIVersions)
	return capabilities, nil
}
