package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/util/compatibility"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	basecompatibility "k8s.io/component-base/compatibility"
)

// The releases that a kube-apiserver of this version emulates.
var newest, oldest = version.MajorMinor(1, 37), version.MajorMinor(1, 34)

// servers has one server for each release that was asked for.
var servers = map[string]*server{}

// serverFor returns the server of a release. Older releases are treated as the oldest one that can be
// emulated, newer ones as the newest.
func serverFor(release string) (*server, error) {
	emulated := newest
	if release != "" {
		asked, err := version.ParseGeneric(release)
		if err != nil {
			return nil, fmt.Errorf("release %q: %w", release, err)
		}
		emulated = version.MajorMinor(asked.Major(), asked.Minor())
	}
	if emulated.LessThan(oldest) {
		emulated = oldest
	}
	if newest.LessThan(emulated) {
		emulated = newest
	}
	if err := emulate(emulated); err != nil {
		return nil, err
	}
	key := emulated.String()
	if servers[key] == nil {
		servers[key] = newServer(emulated)
	}
	return servers[key], nil
}

// emulate does what `kube-apiserver --emulated-version` does: features and expressions are those of
// the release.
func emulate(release *version.Version) error {
	effective := compatibility.DefaultComponentGlobalsRegistry.EffectiveVersionFor(basecompatibility.DefaultKubeComponent)
	if mutable, ok := effective.(basecompatibility.MutableEffectiveVersion); ok {
		mutable.SetEmulationVersion(release)
	}
	return utilfeature.DefaultMutableFeatureGate.SetEmulationVersion(release)
}
