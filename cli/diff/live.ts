import { systemClock } from '#io/clock.ts';
import { sourceOfCommit } from '#io/git/commit-source.ts';
import { GitHistory } from '#io/git/history.ts';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { redactor } from '#io/redactor.ts';
import { type KeyFile, loadSecrets } from '#io/sops/secrets.ts';
import { parseJson } from '#model/json.ts';
import type { KubeObject } from '#model/object.ts';
import { renderedPathOf } from '#model/rendered-path.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { compareSnapshots, type FactsOf } from '#review/compare.ts';
import { deletedChanges } from '#syncer/deleted-changes.ts';
import type { SecretsPort } from '#syncer/ports/source.ts';
import { askEach } from '#syncer/status/ask-each.ts';
import { type Preview, preview } from '#syncer/status/preview.ts';
import type { Drift, Remark } from '#syncer/status/status.ts';
import { named } from '../print/events.ts';
import { renderedCommit } from './rendered-commit.ts';
import type { ReviewReport } from './report.ts';

/** Maximum time for all Git commands together, in milliseconds. */
const gitMs = 300_000;

/** What `regatta diff --live` compares, and how it reaches the clusters. */
export interface LiveOptions {
  /** The commit to compare, by any name that Git resolves. */
  readonly head: string;
  /** Path of a kubeconfig file; defaults to the files in $KUBECONFIG, or else ~/.kube/config. */
  readonly kubeconfig?: string | undefined;
  /** Files with the age keys that decrypt SOPS-encrypted objects. */
  readonly ageKeyFile?: readonly KeyFile[] | undefined;
  /** Names of the clusters to compare; defaults to all clusters with a rendered directory. */
  readonly clusters?: readonly string[] | undefined;
  /** Maximum time for the requests to one cluster, in milliseconds. */
  readonly timeoutMs: number;
}

/** Drift of an object in one cluster. */
type LeftDrift = Drift & { readonly cluster: string };

/** The result of `regatta diff --live`. */
export interface LiveReport extends ReviewReport {
  /** Changes that a sync would skip or make differently, and why. */
  readonly remarks: readonly string[];
  /** Drift that a drift mode or a change window leaves. */
  readonly left: readonly LeftDrift[];
  /** The reasons why some clusters and objects could not be compared. */
  readonly faults: readonly string[];
}

type Answer = Preview & { readonly cluster: string; readonly fault: string };

/**
 * Compares the rendered directories of a commit with the live objects of the clusters. It asks each API
 * server by dry runs, which write nothing. A cluster that does not answer becomes a fault in the report.
 *
 * @param directory - a work tree or clone of the fleet repository
 * @throws Error when Git does not have the commit, or no kubeconfig exists
 * @throws CompileError when the commit has no rendered directories and its sources do not compile
 */
export async function compareLive(directory: string, options: LiveOptions): Promise<LiveReport> {
  const { kubeconfig, ageKeyFile: files, clusters, timeoutMs } = options;
  const { env } = process;
  const git = await GitHistory.open(directory, AbortSignal.timeout(gitMs));
  const head = await git.resolve(options.head);
  const { snapshot, compiled, settings } = await renderedCommit(git, head);
  const rendered = { commit: head, root: settings.rendered, files: snapshot.files, compiled };
  const source = await sourceOfCommit(git, rendered);
  const ports = {
    source,
    changesSince: deletedChanges(source),
    fleet: loadFleet(kubeconfig, env.KUBECONFIG),
    secrets: optionalSecrets(await loadSecrets({ files, env })),
    redactor,
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

const nothing: Preview = { changes: [], remarks: [], unknown: [], held: [], left: [] };

/**
 * Returns a port that leaves an object encrypted if no age key decrypts it. Reviewers usually have no key,
 * and can compare all other objects.
 */
function optionalSecrets(secrets: SecretsPort): SecretsPort {
  return {
    unseal: async (object, rules) => {
      const result = await secrets.unseal(object, rules);
      const lacksKey = result.type === 'sealed' && result.lacksKey;
      return lacksKey ? { type: 'unsealed', object } : result;
    },
  };
}

function reportOf(answers: readonly Answer[]): Omit<LiveReport, 'base' | 'head'> {
  const before = snapshotOf(answers, 'before');
  const after = snapshotOf(answers, 'after');
  const read = (content: string) => parseJson(content) as KubeObject;
  return {
    review: compareSnapshots(before, after, read, liveFacts(answers)),
    // Omits the budget, because the remarks name the deletions that the syncer's budget holds back.
    verdict: { deletions: [], digest: '', excesses: [], acknowledged: false },
    deletedBefore: answers.flatMap(({ cluster, held }) =>
      held.map((key) => ({ cluster, path: renderedPathOf(key) })),
    ),
    remarks: answers.flatMap(({ cluster, remarks }) => linesOf(cluster, remarks)),
    left: answers.flatMap(({ cluster, left }) => left.map((drift) => ({ cluster, ...drift }))),
    faults: answers.flatMap(({ cluster, fault, unknown }) => [
      ...(fault === '' ? [] : [`${cluster}: ${fault}`]),
      ...linesOf(cluster, unknown),
    ]),
  };
}

/** Returns for each change whether the live object exists, and who manages it. */
function liveFacts(answers: readonly Answer[]): FactsOf {
  const managers = new Map<string, readonly string[] | undefined>(
    answers.flatMap(({ cluster, changes }) =>
      changes.map((change) => [`${cluster}/${change.key}`, change.managers] as const),
    ),
  );
  return ({ cluster, path }) => {
    const names = managers.get(`${cluster}/${path}`);
    if (names === undefined) return { live: 'it does not exist yet' };
    return { live: `it exists, with the field managers ${names.join(', ')}` };
  };
}

function linesOf(cluster: string, remarks: readonly Remark[]): readonly string[] {
  return remarks.map(({ key, message }) => `${cluster}: ${named(key)} ${message}`);
}

/** Returns one side of all changes as a snapshot. The paths are object keys, which are the same on every cluster. */
function snapshotOf(answers: readonly Answer[], side: 'before' | 'after'): Snapshot {
  const files = new Map<string, string>();
  for (const { cluster, changes } of answers) {
    for (const change of changes) {
      const object = change[side];
      if (object !== undefined) files.set(`${cluster}/${change.key}`, JSON.stringify(object));
    }
  }
  return { files, isPartial: true };
}
