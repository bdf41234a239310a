/**
 * What the engine `istio` leaves out of Istio's module. Files start clients of API servers, fake ones, or controllers that write to a
 * cluster. Texts compare values for tests with a package that calls methods by name, so that the linker would have
 * to keep every method of every type.
 */
/** A text that occurs once in a file, and the text that replaces it. */
export type Edit = readonly [from: string, to: string];

const files = [
  ...['client_factory', 'portforwarder', 'rpc_creds', 'spdy'].map((name) => `pkg/kube/${name}`),
  ...['app_probe', 'initializer', 'inject', 'monitoring', 'openshift', 'template'].map(
    (name) => `pkg/kube/inject/${name}`,
  ),
  ...['watcher', 'webhook'].map((name) => `pkg/kube/inject/${name}`),
  ...['fake', 'multicluster', 'namespacecontroller'].map(
    (name) => `pilot/pkg/serviceregistry/kube/controller/${name}`,
  ),
  'pilot/pkg/config/kube/gatewaycommon/deploymentcontroller',
  'pilot/pkg/networking/core/fake',
  'pkg/security/retry',
].map((name) => `${name}.go`);

const serviceEdits: readonly Edit[] = [
  ['\t"github.com/google/go-cmp/cmp"\n\t"github.com/google/go-cmp/cmp/cmpopts"\n', ''],
  [
    `func (instance *ServiceInstance) CmpOpts() []cmp.Option {
	res := []cmp.Option{}
	res = append(res, istioEndpointCmpOpts...)
	return res
}
`,
    '',
  ],
  [
    `func (instance *WorkloadInstance) CmpOpts() []cmp.Option {
	return istioEndpointCmpOpts
}
`,
    '',
  ],
  [
    `var istioEndpointCmpOpts = []cmp.Option{cmpopts.IgnoreUnexported(IstioEndpoint{}), endpointDiscoverabilityPolicyImplCmpOpt, cmp.AllowUnexported()}

func (ep *IstioEndpoint) CmpOpts() []cmp.Option {
	return istioEndpointCmpOpts
}
`,
    '',
  ],
  [
    `var endpointDiscoverabilityPolicyImplCmpOpt = cmp.Comparer(func(x, y endpointDiscoverabilityPolicyImpl) bool {
	return x.String() == y.String()
})

func (p *endpointDiscoverabilityPolicyImpl) CmpOpts() []cmp.Option {
	return []cmp.Option{endpointDiscoverabilityPolicyImplCmpOpt}
}
`,
    '',
  ],
];

const cacheEdits: readonly Edit[] = [
  ['\t"github.com/google/go-cmp/cmp"\n', ''],
  ['\t"google.golang.org/protobuf/testing/protocmp"\n', '\t"google.golang.org/protobuf/proto"\n'],
  ['cmp.Equal(existing, replacement, protocmp.Transform())', 'proto.Equal(existing, replacement)'],
  ['cmp.Diff(existing, replacement, protocmp.Transform())', '""'],
];

/** Rules have marks in their names while Istio generates routes. EnvoyFilters select routes by the names without marks. */
const filterEdits: readonly Edit[] = [
  ['match.Name != httpRoute.Name', 'match.Name != RouteName(httpRoute.Name)'],
  [
    'func routeMatch(',
    `// RouteName returns the name by which a filter selects a route.
var RouteName = func(name string) string { return name }

func routeMatch(`,
  ],
];

export const istioParts: {
  readonly removed: readonly string[];
  readonly edits: Readonly<Record<string, readonly Edit[]>>;
} = {
  removed: files,
  edits: {
    'pilot/pkg/model/service.go': serviceEdits,
    'pilot/pkg/networking/core/envoyfilter/rc_patch.go': filterEdits,
    'pilot/pkg/model/typed_xds_cache.go': cacheEdits,
  },
};
