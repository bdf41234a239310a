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

/** How long Git may take in all, in milliseconds. */
const gitMs = 300_000;

export interface LiveOptions {
  readonly head: string;
  readonly kubeconfig?: string | undefined;
  readonly ageKeyFile?: string | undefined;
  /** Only these clusters; all that are rendered unless given. */
  readonly clusters?: readonly string[] | undefined;
  /** How long a cluster may take, in milliseconds. */
  readonly timeoutMs: number;
}

export interface LiveReport extends ReviewReport {
  /** What a sync would not do, or do otherwise, and why. */
  readonly remarks: readonly string[];
  /** Clusters and objects that were not compared, and why. */
  readonly faults: readonly string[];
}

type Answer = Preview & { readonly cluster: string; readonly fault: string };

/**
 * Compares what a commit of the fleet repository in a directory renders with the clusters
 * themselves, by server-side dry runs; nothing is written.
 *
 * @throws Error when Git has not got the commit, or there is no kubeconfig; CompileError
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
    secrets: whereOpen(await loadSecrets({ file, env })),
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

/** What no key opens stays closed: reviewers have none, and all else can be compared. */
function whereOpen(secrets: SecretsPort): SecretsPort {
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
    // The syncer's own budget has held back what is above it: that is among the remarks.
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

/** Paths are those of the objects' keys: they are the same on every cluster. */
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
