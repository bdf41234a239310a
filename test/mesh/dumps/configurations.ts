import { configure } from '../bookinfo/changes.ts';
import { brokenSteps, plannedSteps, type Step } from '../bookinfo/steps.ts';
import { type RuleRow, ruleRows, usesGatewayApi } from '../rules/rows.ts';

/** A configuration whose dump is recorded. */
export type Configuration = Pick<Step, 'name' | 'change'>;

const istio = (kind: string, name: string, spec: object): string =>
  JSON.stringify({
    apiVersion: 'networking.istio.io/v1alpha3',
    kind,
    metadata: { name },
    spec,
  });

const reviews = { destination: { host: 'reviews' } };

const more: readonly Configuration[] = [
  {
    name: 'faults, timeouts, retries and a mirror',
    change: configure(
      istio('VirtualService', 'reviews', {
        hosts: ['reviews'],
        http: [
          {
            match: [{ uri: { prefix: '/reviews/slow' } }],
            fault: { delay: { fixedDelay: '1s', percentage: { value: 10 } } },
            timeout: '2s',
            route: [reviews],
          },
          {
            retries: { attempts: 3, perTryTimeout: '1s', retryOn: '5xx' },
            mirror: { host: 'ratings' },
            route: [reviews],
          },
        ],
      }),
    ),
  },
  {
    name: 'connection pools, and settings of a port',
    change: configure(
      istio('DestinationRule', 'reviews', {
        host: 'reviews',
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 10 }, http: { http1MaxPendingRequests: 5 } },
          portLevelSettings: [{ port: { number: 9080 }, loadBalancer: { simple: 'RANDOM' } }],
        },
      }),
    ),
  },
  {
    name: 'a ServiceEntry, and a Sidecar that limits what callers see',
    change: configure(
      [
        istio('ServiceEntry', 'outside', {
          hosts: ['outside.example.com'],
          ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
          resolution: 'STATIC',
          endpoints: [{ address: '192.0.2.10' }],
        }),
        istio('Sidecar', 'default', { egress: [{ hosts: ['./*', 'istio-system/*'] }] }),
      ].join('\n---\n'),
    ),
  },
  {
    name: 'consistent hashing by a header',
    change: configure(
      istio('DestinationRule', 'reviews', {
        host: 'reviews',
        trafficPolicy: {
          loadBalancer: { consistentHash: { httpHeaderName: 'end-user' } },
        },
      }),
    ),
  },
];

const names = new Set([
  'the example',
  'v3 in the other cluster only',
  'weights 80, 10 and 10',
  'a locality rule keeps calls in member1',
  'Service ratings missing in member2',
]);

/** Configurations of Bookinfo over two members. */
export const bookinfoConfigurations: readonly Configuration[] = [
  ...[...plannedSteps, ...brokenSteps].filter(({ name }) => names.has(name)),
  ...more,
];

/** The matching rules in parts, each of which is a configuration of one cluster. */
export function ruleConfigurations(): readonly (readonly RuleRow[])[] {
  const parts: RuleRow[][] = [];
  for (const row of ruleRows()) {
    const last = parts.at(-1);
    const isFull = last === undefined || last.length === 10;
    if (isFull || usesGatewayApi(row) !== usesGatewayApi(last[0] ?? row)) parts.push([row]);
    else last.push(row);
  }
  return parts;
}
