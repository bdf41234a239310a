import { execFile } from 'node:child_process';
import { command } from '#test/command.ts';
import type { Shares } from './shares.ts';

/** Where `regatta traffic -o json` says that requests go. */
interface Way {
  readonly outcome: 'forwarded' | 'redirected' | 'answered' | 'refused';
  readonly destinations: readonly { readonly endpoints: readonly Group[] }[];
}

/** The pods of one workload on one cluster. */
interface Group {
  readonly cluster: string;
  readonly namespace: string;
  /** Kind and name. */
  readonly workload: string;
  readonly version: string;
  /** Part of the requests, from 0 to 1. */
  readonly share: number;
}

interface Question {
  /** `HOST:PORT/PATH`. */
  readonly target: string;
  /** The caller; a gateway if it is absent. */
  readonly from?: Group;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Predicts with `regatta traffic` what happens to requests for Bookinfo's page: the way through the gateway, and then
 * the ways of the calls that the page and its reviews send.
 *
 * @param directory - the fleet repository
 * @throws Error when the command fails
 */
export async function predict(
  directory: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Shares> {
  const shares = new Map<string, number>();
  const add = (name: string, share: number): void => {
    if (share > 1e-9) shares.set(name, (shares.get(name) ?? 0) + share);
  };
  const ask = (target: string, from?: Group): Promise<readonly Group[]> =>
    endpoints(directory, { target, headers, ...(from && { from }) });

  const pages = await ask('bookinfo.example.com/productpage');
  add('page', total(pages));
  add('page fails', 1 - total(pages));
  for (const page of pages) {
    add('details fails', page.share * (1 - total(await ask('details:9080/details/0', page))));
    const reviews = await ask('reviews:9080/reviews/0', page);
    add('reviews fails', page.share * (1 - total(reviews)));
    for (const review of reviews) {
      const share = page.share * review.share;
      add(`reviews ${review.version}`, share);
      add(`reviews ${review.version} from ${review.cluster}`, share);
      if (review.version === 'v1') continue;
      add('ratings fails', share * (1 - total(await ask('ratings:9080/ratings/0', review))));
    }
  }
  return Object.fromEntries(shares);
}

function total(groups: readonly Group[]): number {
  return groups.reduce((sum, { share }) => sum + share, 0);
}

async function endpoints(directory: string, question: Question): Promise<readonly Group[]> {
  const { meshes } = JSON.parse(await runTraffic(directory, question)) as {
    readonly meshes: readonly { readonly rows: readonly { readonly way: Way }[] }[];
  };
  const [row, ...more] = meshes.flatMap(({ rows }) => rows);
  if (row === undefined || more.length > 0) {
    throw new Error(
      `regatta traffic gives ${more.length} more ways than one to ${question.target}`,
    );
  }
  return row.way.destinations.flatMap((destination) => destination.endpoints);
}

/** Returns the output. Exit status 1 means that some requests get no answer. */
function runTraffic(directory: string, { target, from, headers }: Question): Promise<string> {
  const caller = from && `${from.cluster}/${from.namespace}/${from.workload.split('/').at(-1)}`;
  const args = [
    ...[command, 'traffic', target, '--output', 'json'],
    ...(caller === undefined ? [] : ['--from', caller]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}=${value}`]),
  ];
  return new Promise((resolve, reject) => {
    const options = { cwd: directory, timeout: 60_000, maxBuffer: 2 ** 26 };
    execFile(process.execPath, args, options, (error, output, errors) => {
      if (error === null || (error.code === 1 && output !== '')) resolve(output);
      else reject(new Error(`regatta traffic ${target} failed: ${errors}`));
    });
  });
}
