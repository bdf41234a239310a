import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printDot, printMermaid } from '#cli/traffic/graph.ts';
import { locatedRules } from '#cli/traffic/located.ts';
import { parseCaller, parseHeader, parseTarget } from '#cli/traffic/question.ts';
import { formatOverview, formatWays } from '#cli/traffic/text.ts';
import type { Sourced } from '#model/source.ts';
import { planQuestion, type Question, trafficOf } from '#traffic/ask/traffic.ts';
import { bookinfo, configOf, reviews } from './bookinfo.ts';

const virtualService = 'networking.istio.io/VirtualService/default/bookinfo';
const route = { match: { prefix: '/' }, route: { cluster: `outbound|9080||${reviews}` } };

const metadata = { filterMetadata: { regatta: { ref: virtualService, rule: 0, match: 0 } } };
const templates: readonly Sourced[] = [
  {
    object: {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
      metadata: { name: 'bookinfo', namespace: 'default' },
    },
    at: (pointer) => ({ file: `mesh.yaml${pointer}`, line: 7, column: 3 }),
  },
];

async function answered(question: Question) {
  const mesh = bookinfo();
  const traffic = await trafficOf(planQuestion(mesh, question), async ({ proxies }) => {
    const configs = proxies.map(({ id }) => ({ ...configOf(mesh, [{ ...route, metadata }]), id }));
    return { istioVersion: '1', proxies: configs, messages: [] };
  });
  return { meshes: [traffic], rules: locatedRules([traffic], templates) };
}

const query = { host: 'reviews', port: 9080, path: '/', method: 'GET', headers: new Map() };

describe('regatta traffic, with a given answer of the engine', () => {
  it('follows a request of a named workload', async () => {
    const from = { cluster: 'member1', namespace: 'default', workload: 'productpage-v1' };
    assert.deepEqual(formatWays(await answered({ query, from })), [
      'reviews:9080/',
      '  from workload default/productpage-v1 on member1',
      '  rule VirtualService default/bookinfo spec.http[0]  mesh.yaml/spec/http/0/match/0:7',
      '  to reviews.default:9080  100 %',
      '    v1  member1  1 pod   25 %',
      '    v1  member2  1 pod   25 %',
      '    v2  member2  2 pods  50 %',
    ]);
  });

  it('says why a name does not resolve', async () => {
    const from = { cluster: 'member2', namespace: 'default' };
    assert.deepEqual(formatWays(await answered({ query, from })), [
      'reviews:9080/',
      '  from default on member2, such as productpage-v1',
      '  reviews does not resolve on member2: its Service is only on member1',
    ]);
  });

  it('leaves out proxies that do not know a host which another one knows', async () => {
    const outside = { ...query, host: 'shop.example.com', port: 80 };
    const [first, second] = formatWays(await answered({ query: outside }));
    assert.deepEqual(
      [first, second],
      ['shop.example.com:80/', '  from gateway default/ingress on member1'],
    );
    const inside = formatWays(await answered({ query }));
    assert.match(inside.join(), /does not resolve on member2.*from default on member1/);
  });

  it('refuses a workload that is not rendered', async () => {
    const from = { cluster: 'member1', namespace: 'default', workload: 'none' };
    await assert.rejects(answered({ query, from }), /no workload default\/none is rendered/);
  });

  it('lists everything that gateways and workloads reach, the worst first', async () => {
    const lines = formatOverview(await answered({}));
    const reached = 'reviews.default:9080 v1 50 % (member1, member2), v2 50 % (member2)';
    const caller = 'from default on member1, such as productpage-v1';
    assert.deepEqual(
      lines.map((line) => line.replace(/ {2,}/g, '  ')),
      [
        `0 %  ingress.default:80/  the caller's proxy does not listen on port 80  ${caller}`,
        `100 %  *:80/*  ${reached}  from gateway default/ingress on member1`,
        `100 %  *:9080/*  ${reached}  from gateway default/ingress on member1`,
        `100 %  reviews.default:9080/  ${reached}  ${caller}`,
      ],
    );
  });

  it('draws the way in the languages of Mermaid and Graphviz', async () => {
    const from = { cluster: 'member1', namespace: 'default', workload: 'productpage-v1' };
    const answer = await answered({ query, from });
    assert.equal(
      printMermaid(answer),
      `flowchart LR
  n0["workload default/productpage-v1 on member1"]
  n1["reviews:9080/"]
  n2["reviews.default:9080"]
  n3["reviews-v1 on member1"]
  n4["reviews-v1 on member2"]
  n5["reviews-v2 on member2"]
  n0 --> n1
  n1 -->|"100 %"| n2
  n2 -->|"25 %"| n3
  n2 -->|"25 %"| n4
  n2 -->|"50 %"| n5
`,
    );
    assert.equal(
      printDot(answer),
      `digraph traffic {
  rankdir=LR;
  "workload default/productpage-v1 on member1" -> "reviews:9080/";
  "reviews:9080/" -> "reviews.default:9080" [label="100 %"];
  "reviews.default:9080" -> "reviews-v1 on member1" [label="25 %"];
  "reviews.default:9080" -> "reviews-v1 on member2" [label="25 %"];
  "reviews.default:9080" -> "reviews-v2 on member2" [label="50 %"];
}
`,
    );
  });
});

describe('the words of the command line', () => {
  it('read a host with its port and path', () => {
    assert.deepEqual(parseTarget('reviews'), { host: 'reviews', path: '/' });
    assert.deepEqual(parseTarget('http://a.b:80/c?d=e'), { host: 'a.b', port: 80, path: '/c?d=e' });
    for (const wrong of ['', '/path', 'a b', 'a:x', 'a:70000']) {
      assert.throws(() => parseTarget(wrong), /expected HOST/, wrong);
    }
  });

  it('read headers and callers', () => {
    const headers = parseHeader('X-B: 2', parseHeader('End-User=jason=x'));
    assert.deepEqual(
      [...headers],
      [
        ['end-user', 'jason=x'],
        ['x-b', '2'],
      ],
    );
    assert.throws(() => parseHeader('none'), /expected NAME=VALUE/);
    assert.deepEqual(parseCaller('m/n/w'), { cluster: 'm', namespace: 'n', workload: 'w' });
    for (const wrong of ['m', 'm/', '/n', 'm/n/', 'm/n/w/x']) {
      assert.throws(() => parseCaller(wrong), /expected CLUSTER/, wrong);
    }
  });
});
