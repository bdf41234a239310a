import { all, type Change, edit, placeReviews, placeService, remove } from './changes.ts';
import { failover, header, roundRobin, route, toSubset } from './reviews-rules.ts';
import type { Shares } from './shares.ts';

/** One commit on top of the Bookinfo mesh, and the requests that measure it. */
export interface Step {
  readonly name: string;
  readonly change: Change;
  readonly requests: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Shares that follow from Istio's documentation; those that are not mentioned are 0. */
  readonly expected: Shares;
  /** Status of every answer; 200 unless the page fails. */
  readonly status?: number;
  /** Largest allowed difference of a share, in points; 0 where nothing is random. */
  readonly points: number;
}

/** Four standard deviations of a share of 1,200 requests. */
const random = { requests: 1200, points: 5.5 };

/** Nothing is random: every request has the same result. */
const certain = { requests: 60, points: 0 };

const third = 1 / 3;
const both = ['member1', 'member2'] as const;

/** Endpoints by version and member, so that the shares of the versions follow from their number. */
function endpoints(places: Readonly<Record<string, readonly string[]>>): Shares {
  const count = Object.values(places).flat().length;
  const shares: Record<string, number> = {};
  for (const [version, members] of Object.entries(places)) {
    shares[`reviews ${version}`] = members.length / count;
    for (const member of members) shares[`reviews ${version} from ${member}`] = 1 / count;
  }
  return shares;
}

/** Shares of versions whose endpoints are on both members. */
function onBoth(versions: Readonly<Record<string, number>>): Shares {
  const entries = Object.entries(versions).flatMap(([version, share]) => [
    [`reviews ${version}`, share],
    ...both.map((member) => [`reviews ${version} from ${member}`, share / 2]),
  ]);
  return Object.fromEntries(entries) as Shares;
}

const ok = { page: 1 };
const everywhere = { v1: third, v2: third, v3: third };

/** Changes that users make on purpose. */
export const plannedSteps: readonly Step[] = [
  {
    name: 'the example',
    change: () => ({}),
    expected: { ...ok, ...onBoth(everywhere) },
    ...random,
  },
  {
    name: 'v3 in the other cluster only',
    change: placeReviews({ v1: ['member1'], v2: ['member1'], v3: ['member2'] }),
    expected: { ...ok, ...endpoints({ v1: ['member1'], v2: ['member1'], v3: ['member2'] }) },
    ...random,
  },
  {
    name: 'endpoints in turn',
    change: all(placeReviews({ v1: ['member1'], v2: ['member1'], v3: ['member2'] }), roundRobin),
    expected: { ...ok, ...endpoints({ v1: ['member1'], v2: ['member1'], v3: ['member2'] }) },
    requests: 600,
    points: 3,
  },
  {
    name: 'weights 80, 10 and 10',
    change: route(
      `    - route: [${toSubset('v1')}, weight: 80}, ${toSubset('v2')}, weight: 10}, ${toSubset('v3')}, weight: 10}]\n`,
    ),
    expected: { ...ok, ...onBoth({ v1: 0.8, v2: 0.1, v3: 0.1 }) },
    ...random,
  },
  {
    name: 'a header sends one user to v2',
    change: header,
    headers: { 'end-user': 'jason' },
    expected: { ...ok, ...onBoth({ v2: 1 }) },
    ...random,
  },
  {
    name: 'the other users without the header',
    change: header,
    expected: { ...ok, ...onBoth({ v1: 1 }) },
    ...random,
  },
  {
    name: 'reviews-v2 removed from member1',
    change: placeReviews({ v2: ['member2'] }),
    expected: { ...ok, ...endpoints({ v1: both, v2: ['member2'], v3: both }) },
    ...random,
  },
  {
    name: 'workloads moved from member2',
    change: (files) =>
      Object.fromEntries(
        ['details', 'ratings', 'reviews'].map((name) => [
          `policies/${name}-propagation.yaml`,
          (files[`policies/${name}-propagation.yaml`] ?? '').replace(
            /clusterAffinity:\n[\s\S]*$/,
            'clusterAffinity:\n      clusterNames:\n        - member1\n',
          ),
        ]),
      ),
    expected: { ...ok, ...endpoints({ v1: ['member1'], v2: ['member1'], v3: ['member1'] }) },
    ...random,
  },
  {
    name: 'a locality rule keeps calls in member1',
    change: all(placeReviews({ v3: ['member2'] }), failover),
    expected: { ...ok, ...endpoints({ v1: ['member1'], v2: ['member1'] }) },
    ...random,
  },
];

/** Changes that break something: a request fails, the page shows an error, or a version is missing. */
export const brokenSteps: readonly Step[] = [
  {
    name: 'no VirtualService',
    change: edit('templates/mesh.yaml', /---\n[\s\S]*$/, ''),
    status: 404,
    expected: { 'page fails': 1 },
    ...certain,
  },
  {
    name: 'details in no member',
    change: all(
      remove('policies/details-propagation.yaml'),
      edit('templates/details.yaml', /---\n[\s\S]*$/, ''),
    ),
    expected: { ...ok, 'details fails': 1, ...onBoth(everywhere) },
    ...random,
  },
  {
    name: 'Service details missing in member1',
    change: placeService('details', ['member2']),
    expected: { ...ok, 'details fails': 1, ...onBoth(everywhere) },
    ...random,
  },
  {
    name: 'Service details missing in member2',
    change: placeService('details', ['member1']),
    expected: { ...ok, 'details fails': 1, ...onBoth(everywhere) },
    ...random,
  },
  {
    name: 'Service ratings missing in member2',
    change: placeService('ratings', ['member1']),
    expected: { ...ok, 'ratings fails': 2 / 3, ...onBoth(everywhere) },
    ...random,
  },
  {
    name: 'reviews-v3 in no member',
    change: placeReviews({ v3: [] }),
    expected: { ...ok, ...onBoth({ v1: 0.5, v2: 0.5 }) },
    ...random,
  },
  {
    name: 'reviews-v1 in one member only',
    change: placeReviews({ v1: ['member2'] }),
    expected: { ...ok, ...endpoints({ v1: ['member2'], v2: both, v3: both }) },
    ...random,
  },
  {
    name: 'a subset without pods',
    change: route(`    - route: [${toSubset('v9')}}]\n`),
    expected: { ...ok, 'reviews fails': 1 },
    ...certain,
  },
  {
    name: 'a wrong port',
    change: edit('templates/mesh.yaml', 'number: 9080', 'number: 9081'),
    status: 503,
    expected: { 'page fails': 1 },
    ...certain,
  },
];
