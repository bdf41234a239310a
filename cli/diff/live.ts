import { systemClock } from '#io/clock.ts';
import { sourceOfCommit } from '#io/git/commit-source.ts';
import { GitHistory } from '#io/git/history.ts';
import { surviveIdleConnections } from '#io/kubernetes/idle-connections.ts';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { loadSecrets } from '#io/sops/secrets.ts';
import type { KubeObject } from '#model/object.ts';
import { compareSnapshots } from '#review/compare.ts';
import type { Snapshot } from '#review/snapshot.ts';
import type { SecretsPort } from '#syncer/ports/source.ts';
import { askEach } from '#syncer/status/ask-each.ts';
import { type Preview, preview } from '#syncer/status/preview.ts';
import type { Remark } from '#syncer/status/status.ts';
import { named } from '../print/events.ts';
import { renderedCommit } from './rendered-commit.ts';
import type { ReviewReport } from './report.ts';

/** Limit for all Git commands together, in milliseconds. */
const gitMs = 300_000;

export interface LiveOptions {
  readonly head: string;
  readonly kubeconfig?: string | undefined;
  readonly ageKeyFile?: string | undefined;
  /** Limits the comparison to these clusters; all rendered clusters when absent. */
  readonly clusters?: readonly string[] | undefined;
  /** Limit for each cluster, in milliseconds. */
  readonly timeoutMs: number;
}

export interface LiveReport extends ReviewReport {
  /** Changes that a sync would skip or make differently, and why. */
  readonly remarks: readonly string[];
  /** Clusters and objects that could not be compared, and why. */
  readonly faults: readonly string[];
}

type Answer = Preview & { readonly cluster: string; readonly fault: string };

/**
 * Compares what a commit of the fleet repository in a directory renders with the live state of the
 * clusters, by server-side dry runs that write nothing.
 *
 * @throws Error when Git lacks the commit, or no kubeconfig exists; CompileError
 */
export async function compareLive(directory: string, options: LiveOptions): Promise<LiveReport> {
  surviveIdleConnections();
  const { kubeconfig, ageKeyFile: file, clusters, timeoutMs } = options;
  const { env } = process;
  const git = await GitHistory.open(directory, AbortSignal.timeout(gitMs));
  const head = await git.resolve(options.head);
  const { snapshot, compiled } = await renderedCommit(git, head);
  const ports = {
    source: await sourceOfCommit(git, { commit: head, files: snapshot.files, compiled }),
    fleet: loadFleet(kubeconfig, env.KUBECONFIG),
    secrets: optionalSecrets(await loadSecrets({ file, env })),
    clock: systemClock,
  };
  const answers = await askEach<Answer>(
    ports,
    { clusters, timeoutMs },
    {
      ask: async (member, desired, stop) => {
        return { cluster: member.name, fault: '', ...(await preview(member, desired, stop)) };
      },
      unanswered: (cluster, { reason }) => ({ cluster, fault: reason, ...nothing }),
    },
  );
  return { base: 'clusters', head, ...reportOf(answers) };
}

const nothing: Preview = { changes: [], remarks: [], unknown: [] };

/** Leaves objects encrypted that no key opens: reviewers have no key, and can compare everything else. */
function optionalSecrets(secrets: SecretsPort): SecretsPort {
  return {
    unseal: async (object) => {
      const result = await secrets.unseal(object);
      return result.type === 'sealed' ? { type: 'unsealed', object } : result;
    },
  };
}

function reportOf(answers: readonly Answer[]): Omit<LiveReport, 'base' | 'head'> {
  const before = snapshotOf(answers, 'before');
  const after = snapshotOf(answers, 'after');
  const read = (content: string) => JSON.parse(content) as KubeObject;
  return {
    review: compareSnapshots(before, after, read),
    // The remarks contain the deletions that the syncer's own budget holds back.
    verdict: { deletions: [], digest: '', excesses: [], acknowledged: false },
    remarks: answers.flatMap(({ cluster, remarks }) => linesOf(cluster, remarks)),
    faults: answers.flatMap(({ cluster, fault, unknown }) => [
      ...(fault === '' ? [] : [`${cluster}: ${fault}`]),
      ...linesOf(cluster, unknown),
    ]),
  };
}

function linesOf(cluster: string, remarks: readonly Remark[]): readonly string[] {
  return remarks.map(({ key, message }) => `${cluster}: ${named(key)} ${message}`);
}

/** Uses the object key as path, because it is the same on every cluster. */
function snapshotOf(answers: readonly Answer[], side: 'before' | 'after'): Snapshot {
  const files = new Map<string, string>();
  for (const { cluster, changes } of answers) {
    for (const change of changes) {
      const object = change[side];
      if (object !== undefined) files.set(`${cluster}/${change.key}`, JSON.stringify(object));
    }
  }
  return { files };
}
