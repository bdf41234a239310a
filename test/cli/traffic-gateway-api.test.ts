/** Runs `regatta traffic` on Bookinfo with a Gateway and HTTPRoutes of the Gateway API. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { bookinfo, commit, replace, run, withoutMesh } from './bookinfo-fleet.ts';

describe('a Gateway of the Gateway API', () => {
  const manifest = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: routes, namespace: default}
spec: {gatewayClassName: istio, listeners: [{name: http, port: 8088, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pages, namespace: default}
spec:
  parentRefs: [{name: routes}]
  hostnames: [pages.example.com]
  rules:
    - matches: [{headers: [{name: end-user, value: jason}]}]
      backendRefs: [{name: ratings, port: 9080}]
    - matches: [{path: {value: /old}}]
      filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]
    - backendRefs: [{name: productpage, port: 9080, weight: 3}, {name: details, port: 9080, weight: 1}]
`;
  const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: routes, namespace: default}
spec:
  resourceSelectors:
    - {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway}
    - {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute}
  placement:
    clusterAffinity: {clusterNames: [mesh1]}
    clusterTolerations: [{operator: Exists}]
`;
  const add = (repo: string): void => {
    writeFileSync(join(repo, 'templates/gateway.yaml'), manifest);
    writeFileSync(join(repo, 'policies/gateway.yaml'), policy);
  };

  describe('that Istio deploys', () => {
    let repo: string;
    before(() => {
      repo = bookinfo('routes', add);
    });
    const traffic = (...args: readonly string[]): string => {
      const { status, output } = run(repo, 'traffic', ...args);
      assert.equal(status, 0, output);
      return output.replace(/ {2,}/g, ' ');
    };

    it('M1, M3: divides requests by the weights of an HTTPRoute, and names its rule', () => {
      const output = traffic('pages.example.com/');
      assert.match(output, /from gateway default\/routes-istio on mesh1/);
      assert.match(
        output,
        /rule HTTPRoute default\/pages spec\.rules\[2\] templates\/gateway\.yaml:\d+/,
      );
      assert.match(output, /to productpage\.default:9080 75 %/);
      assert.match(output, /to details\.default:9080 25 %/);
    });

    it('M1: follows a header of an HTTPRoute', () => {
      const output = traffic('pages.example.com/', '--header', 'end-user=jason');
      assert.match(output, /to ratings\.default:9080 100 %/);
    });

    it('M1: follows a redirect of an HTTPRoute', () => {
      const output = traffic('pages.example.com/old/page');
      assert.match(output, /301 to https:\/\/pages\.example\.com:8088\/old\/page/);
    });
  });

  it('M1: divides connections by the weights of a TLSRoute', () => {
    const repo = bookinfo('connections', (folder) => {
      add(folder);
      replace(folder, 'policies/gateway.yaml', 'kind: HTTPRoute', 'kind: TLSRoute');
      const listener = '{name: tls, port: 8443, protocol: TLS, tls: {mode: Passthrough}}';
      const [gateway = '', route = ''] = manifest.split('---\n');
      const connections = `${route.slice(0, route.indexOf('  rules:'))}  rules:
    - backendRefs: [{name: productpage, port: 9080, weight: 3}, {name: details, port: 9080, weight: 1}]
`;
      writeFileSync(
        join(folder, 'templates/gateway.yaml'),
        `${gateway.replace(/\{name: http.*?\}/, listener)}---\n${connections.replace('HTTPRoute', 'TLSRoute')}`,
      );
    });
    const { status, output } = run(repo, 'traffic', 'https://pages.example.com:8443/');
    assert.equal(status, 1, output);
    assert.match(output, /ingressgateway on member1\s+the gateway does not listen on port 8443/);
    assert.match(output, /routes-istio on mesh1\s+to productpage\.default:9080 +75 %/);
    assert.match(output, /to details\.default:9080 +25 %/);
  });

  it('M5: accepts routes of the Namespaces that have its labels', () => {
    const repo = bookinfo('labels', (folder) => {
      add(folder);
      const listener = 'listeners: [{name: http, port: 8088, protocol: HTTP';
      const allowed =
        'allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {routes: public}}}}';
      replace(folder, 'templates/gateway.yaml', listener, `${listener}, ${allowed}`);
      const namespace =
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {routes: public}}\n';
      writeFileSync(join(folder, 'templates/namespace.yaml'), namespace);
      const own = policy
        .replace('PropagationPolicy', 'ClusterPropagationPolicy')
        .replace('name: routes, namespace: default', 'name: namespaces')
        .replace(/ {4}- \{.*, kind: Gateway\}\n/, '')
        .replace('gateway.networking.k8s.io/v1, kind: HTTPRoute', 'v1, kind: Namespace');
      writeFileSync(join(folder, 'policies/namespace.yaml'), own);
    });
    replace(repo, 'templates/namespace.yaml', 'routes: public', 'routes: private');
    commit(repo);
    const { output } = run(repo, 'diff', '--base', 'HEAD~1');
    assert.match(output, /pages\.example\.com:8088\/\*.*: is no longer there/);
  });

  it('M5: makes no mesh by itself', () => {
    const repo = bookinfo('other', (folder) => {
      withoutMesh(folder);
      add(folder);
    });
    replace(repo, 'templates/reviews.yaml', 'replicas: 1', 'replicas: 3');
    commit(repo);
    const { asked, output } = run(repo, 'diff', '--base', 'HEAD~1');
    assert.deepEqual(asked, []);
    assert.doesNotMatch(output, /traffic/);
  });
});
