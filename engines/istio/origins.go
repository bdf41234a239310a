package main

import (
	"regexp"
	"strconv"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config"
)

// metadataKey is where a route carries its origin.
const metadataKey = "regatta"

// A mark is a part of a rule's name while Istio generates routes. Istio puts the names of a rule and of its condition, and of
// those that delegate to them, into the name of the route. The mark is the index of an entry of origins.
var mark = regexp.MustCompile("\x1e(\\d+)\x1f")

// An entry is a rule, or a condition of a rule.
type entry struct {
	ref  string
	name string
	rule int
	// match is the index of the condition, or -1 for the rule itself.
	match int
}

// origins finds the rules that routes come from.
type origins struct {
	entries []entry
}

func newOrigins() *origins { return &origins{} }

func (o *origins) marked(one entry) string {
	o.entries = append(o.entries, one)
	return one.name + "\x1e" + strconv.Itoa(len(o.entries)-1) + "\x1f"
}

// mark returns the configuration of an object with marks in the names of its rules.
func (o *origins) mark(object *decoded) config.Config {
	service, ok := object.config.Spec.(*networking.VirtualService)
	if !ok {
		return object.config
	}
	copied := object.config.DeepCopy()
	service = copied.Spec.(*networking.VirtualService)
	for i, rule := range service.Http {
		rule.Name = o.marked(entry{ref: object.ref, name: rule.Name, rule: i, match: -1})
		for j, match := range rule.Match {
			match.Name = o.marked(entry{ref: object.ref, name: match.Name, rule: i, match: j})
		}
	}
	return copied
}

// markTyped does the same for the routes of the Gateway API.
func (o *origins) markTyped(object *decoded) runtime.Object {
	ruleName := func(given *gatewayv1.SectionName, i int) *gatewayv1.SectionName {
		name := object.config.Namespace + "." + object.config.Name + "." + strconv.Itoa(i)
		if given != nil {
			name = string(*given)
		}
		marked := gatewayv1.SectionName(o.marked(entry{ref: object.ref, name: name, rule: i, match: -1}))
		return &marked
	}
	switch route := object.typed.DeepCopyObject().(type) {
	case *gatewayv1.HTTPRoute:
		for i := range route.Spec.Rules {
			route.Spec.Rules[i].Name = ruleName(route.Spec.Rules[i].Name, i)
		}
		return route
	case *gatewayv1.GRPCRoute:
		for i := range route.Spec.Rules {
			route.Spec.Rules[i].Name = ruleName(route.Spec.Rules[i].Name, i)
		}
		return route
	}
	return object.typed
}

// name gives routes the names that they have without marks, and their origins.
func (o *origins) name(hosts []*routev3.VirtualHost) {
	for _, host := range hosts {
		for _, route := range host.Routes {
			entries := o.entriesOf(route.Name)
			if len(entries) == 0 {
				continue
			}
			route.Name = nameOf(entries)
			if route.Metadata == nil {
				route.Metadata = &corev3.Metadata{}
			}
			if route.Metadata.FilterMetadata == nil {
				route.Metadata.FilterMetadata = map[string]*structpb.Struct{}
			}
			route.Metadata.FilterMetadata[metadataKey] = originOf(entries)
		}
	}
}

// unmarked returns the name that a route has without marks. The filters of an EnvoyFilter compare it.
func (o *origins) unmarked(name string) string {
	if entries := o.entriesOf(name); len(entries) > 0 {
		return nameOf(entries)
	}
	return name
}

// entriesOf returns the entries whose marks are in the name of a route.
func (o *origins) entriesOf(name string) []entry {
	var entries []entry
	for _, found := range mark.FindAllStringSubmatch(name, -1) {
		// Only marks of this request are in a name.
		index, _ := strconv.Atoi(found[1])
		entries = append(entries, o.entries[index])
	}
	return entries
}

// nameOf joins names as Istio does: those of rules and those of conditions, each with hyphens, by a dot.
func nameOf(entries []entry) string {
	var rules, matches []string
	for _, one := range entries {
		switch {
		case one.name == "":
		case one.match < 0:
			rules = append(rules, one.name)
		default:
			matches = append(matches, one.name)
		}
	}
	name := strings.Join(rules, "-")
	if len(matches) > 0 {
		name += "." + strings.Join(matches, "-")
	}
	return name
}

// originOf returns the origin that the entries describe. The last rule is the one that the others delegate to.
func originOf(entries []entry) *structpb.Struct {
	var origin *structpb.Struct
	for _, one := range entries {
		if one.match >= 0 {
			continue
		}
		fields := map[string]*structpb.Value{
			"ref": structpb.NewStringValue(one.ref), "rule": structpb.NewNumberValue(float64(one.rule)),
		}
		for _, condition := range entries {
			if condition.match >= 0 && condition.ref == one.ref && condition.rule == one.rule {
				fields["match"] = structpb.NewNumberValue(float64(condition.match))
			}
		}
		if origin != nil {
			fields["delegator"] = structpb.NewStructValue(origin)
		}
		origin = &structpb.Struct{Fields: fields}
	}
	return origin
}
