import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { EngineResult } from '#io/engine/call.ts';
import { copyBookinfo, examples, lintMesh } from './mesh-lint.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-lint-meshes-'));
process.env.XDG_CACHE_HOME = join(folder, 'cache');
after(() => rmSync(folder, { recursive: true }));

/** Policy for everything that the tests add to the mesh of Bookinfo. */
const toMesh = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: added}
spec:
  resourceSelectors:
    - {apiVersion: networking.istio.io/v1, kind: VirtualService}
    - {apiVersion: networking.istio.io/v1, kind: DestinationRule}
    - {apiVersion: networking.istio.io/v1, kind: Gateway}
    - {apiVersion: security.istio.io/v1, kind: AuthorizationPolicy}
  placement:
    clusterAffinity: {clusterNames: [mesh1]}
    clusterTolerations: [{key: regatta.dev/mesh, operator: Exists}]
`;

/** Returns the folder of a copy of Bookinfo with further files. */
function bookinfoWith(files: Readonly<Record<string, string>>): string {
  return copyBookinfo(folder, { 'policies/added.yaml': toMesh, ...files });
}

/** Lints, without the warning that the policy of the tests selects kinds that some of the fleets do not have. */
const lint = (directory: string, answer?: EngineResult) =>
  lintMesh(directory, (code) => code !== 'select/selects-nothing', answer);

const broken = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: wrong}
spec:
  hosts: [reviews]
  gateways: [bookinfo-gatewai, mesh]
  http:
    - match: [{uri: {prefix: /}}]
      route:
        - destination: {host: ratingz}
    - match: [{uri: {prefix: /a}}]
      route:
        - destination: {host: details, port: {number: 9999}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews}
spec:
  host: reviews
  trafficPolicy: {tls: {mode: MUTUAL, caCertificates: /etc/ca.pem}}
  subsets:
    - {name: v1, labels: {version: v1}}
    - {name: v9, labels: {version: v9}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviewz}
spec: {host: reviewz, trafficPolicyy: {}}
`;

const elsewhere = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: others}
spec:
  hosts: [monitoring.example.com]
  gateways: [istio-ingress/shared]
  http: [{route: [{destination: {host: grafana.monitoring.svc.cluster.local, port: {number: 80}}}]}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: from-ingress}
spec:
  selector: {matchLabels: {app: reviews}}
  rules: [{from: [{source: {namespaces: [istio-system]}}]}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: secure}
spec:
  selector: {istio: ingressgateway}
  servers:
    - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.example.com], tls: {mode: SIMPLE, credentialName: a}}
---
apiVersion: v1
kind: Service
metadata: {name: ingress}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: http2, port: 80, targetPort: 8080}, {name: https, port: 443, targetPort: 8443}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress}
spec:
  selector: {matchLabels: {istio: ingressgateway}}
  template:
    metadata: {labels: {istio: ingressgateway}}
    spec: {containers: [{name: istio-proxy, image: istio/proxyv2}]}
`;

const gatewayPolicy = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: ingress}
spec:
  resourceSelectors: [{apiVersion: v1, kind: Service, name: ingress}, {apiVersion: apps/v1, kind: Deployment, name: ingress}]
  placement: {clusterAffinity: {clusterNames: [member1, member2]}}
`;

const onMember1 = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: service-propagation}
spec:
  resourceSelectors: [{apiVersion: v1, kind: Service}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

/** What Istio finds in the broken files. The engine `kubernetes` reports the unknown field, and lint reports it once. */
const want: readonly string[] = [
  'templates/broken.yaml:6:14: warning mesh/istio: VirtualService default/wrong: spec.gateways[0]: IST0101: Referenced gateway not found: "bookinfo-gatewai"',
  '  hint: did you mean bookinfo-gateway?',
  'templates/broken.yaml:10:25: warning mesh/istio: VirtualService default/wrong: spec.http[0].route[0].destination.host: IST0101: Referenced host not found: "ratingz"',
  '  hint: did you mean ratings?',
  'templates/broken.yaml:11:7: warning mesh/shadowed-route: VirtualService default/wrong: no request reaches this rule, because spec.http[0] takes all of its requests',
  '  hint: move the rule before the other one, or remove it',
  'templates/broken.yaml:11:15: note mesh/istio: VirtualService default/wrong: spec.http[1].match[0]: IST0131: VirtualService rule #1 match #0 of prefix /a is not used (duplicate/overlapping match in rule #0 of prefix / on #0)',
  '  hint: remove the condition, or move its rule before the other one',
  'templates/broken.yaml:13:25: warning mesh/istio: VirtualService default/wrong: spec.http[1].route[0].destination.host: IST0101: Referenced host:port not found: "details:9999"',
  '  hint: the Service has the ports 9080',
  'templates/broken.yaml:20:19: error mesh/istio: DestinationRule default/reviews: spec.trafficPolicy.tls: IST0106: Schema validation error: client certificate required for mutual tls',
  '  hint: change the field as the message says',
  'templates/broken.yaml:20:19: error mesh/istio: DestinationRule default/reviews: spec.trafficPolicy.tls: IST0106: Schema validation error: private key required for mutual tls',
  '  hint: change the field as the message says',
  'templates/broken.yaml:23:7: warning mesh/istio: DestinationRule default/reviews: spec.subsets[1]: IST0173: The Subset v9 defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream)',
  '  hint: correct the labels of the subset, or place a workload with these labels in the mesh',
  'templates/broken.yaml:28:8: warning mesh/istio: DestinationRule default/reviewz: spec.host: IST0174: The host reviewz defined in the DestinationRule does not match any services in the mesh',
  '  hint: did you mean reviews?',
  'templates/broken.yaml:28:23: error validate/unknown-field: DestinationRule default/reviewz: .spec.trafficPolicyy: field not declared in schema',
  '  hint: did you mean trafficPolicy?',
];

const absent: readonly string[] = [
  'templates/details.yaml:1:1: warning mesh/absent-service: Service default/details is not on member2: the pods of Deployment details-v1 there get none of its requests, and nothing there can resolve its name',
  'templates/productpage.yaml:1:1: note mesh/absent-service: Service default/productpage is not on member2: workloads of its namespace on member2 cannot resolve its name',
  'templates/ratings.yaml:1:1: warning mesh/absent-service: Service default/ratings is not on member2: the pods of Deployment ratings-v1 there get none of its requests, and nothing there can resolve its name',
  'templates/reviews.yaml:1:1: warning mesh/absent-service: Service default/reviews is not on member2: the pods of Deployment reviews-v1 and 2 more there get none of its requests, and nothing there can resolve its name',
];

describe('lint of meshes', () => {
  it('M4: reports what the analyzers and validators of Istio find, at the line of the field', async () => {
    const directory = bookinfoWith({ 'templates/broken.yaml': broken });
    const first = await lint(directory);
    assert.deepEqual(first.lines, want);
    // The mesh did not change.
    assert.deepEqual(await lint(directory), { lines: want, calls: 0 });
    assert.equal(first.calls, 1);
  });

  it('M4: does not report what other repositories may hold, nor a port that Services of gateways map', async () => {
    const files = { 'templates/elsewhere.yaml': elsewhere, 'policies/ingress.yaml': gatewayPolicy };
    const { lines, calls } = await lint(bookinfoWith(files));
    assert.deepEqual({ lines, calls }, { lines: [], calls: 1 });
  });

  it('M5: never starts the engine for a fleet without the kinds of Istio', async () => {
    const without = bookinfoWith({
      'templates/mesh.yaml': '',
      'policies/mesh-propagation.yaml': '',
    });
    rmSync(join(without, 'policies/added.yaml'));
    assert.equal((await lint(without)).calls, 0);
    assert.equal((await lint(join(examples, 'multi-region'))).calls, 0);
  });

  it('M4: reports a Service that a member with its pods or with callers lacks', async () => {
    const { lines } = await lint(bookinfoWith({ 'policies/service-propagation.yaml': onMember1 }));
    const services = lines.filter((line) => line.includes('mesh/absent-service'));
    assert.deepEqual(services, absent);
  });

  it('M4: says that the analyzers did not run', async () => {
    const message = 'mesh mesh1 takes too long';
    const { lines } = await lint(bookinfoWith({}), { type: 'failed', fault: 'too-slow', message });
    assert.deepEqual(lines, [
      "templates/mesh.yaml:1:1: warning validate/not-checked: mesh mesh1: Istio's analyzers did not run: mesh mesh1 takes too long",
    ]);
  });
});
