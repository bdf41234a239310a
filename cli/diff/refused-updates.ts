import { changedObjects } from '#model/changed-objects.ts';
import type { Cluster } from '#model/cluster.ts';
import type { KubeObject } from '#model/object.ts';
import type { ChangedFile, Snapshot } from '#model/snapshot.ts';
import { type ReviewedRoot, readerOf } from '#review/commits.ts';
import { textIn } from '#review/reviewed-commits.ts';
import { ManifestError, parseManifest } from '#syncer/desired/manifest.ts';

interface Comparison {
  readonly directory: string;
  readonly clusters: readonly Cluster[];
  /** The root into which the commits render. */
  readonly root: ReviewedRoot;
  /** Texts by content id, with those of all definitions. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The updates that an API server would refuse. */
export interface RefusedUpdates {
  /** Returns, as whole sentences, why the API server would reject a change; empty if it accepts the change. */
  readonly refusalsOf: (file: ChangedFile) => readonly string[];
  /** Why Regatta did not validate some updates; absent when it validated all. */
  readonly unchecked?: string | undefined;
}

/**
 * Validates the changes between two snapshots as updates, with the API server's code.
 *
 * @throws Error when the engine is missing or damaged
 */
export async function refusedUpdates(comparison: Comparison): Promise<RefusedUpdates> {
  const { directory, root, clusters, texts } = comparison;
  const read = readerOf(root);
  const files = changedObjects(root.before, root.after, read).filter(isUpdate);
  if (files.length === 0) return { refusalsOf: () => [] };
  const [{ planUpdates }, { knownSchemas }, { ObjectChecks }, { completeAnswers }] =
    await Promise.all([
      import('#compiler/validate/update-plan.ts'),
      import('#io/schemas.ts'),
      import('#io/checks/object-checks.ts'),
      import('../fleet/complete-answers.ts'),
    ]);
  const changes = files.map((file) => ({
    cluster: file.cluster,
    before: read(file.before),
    after: read(file.after),
  }));
  const definitions = definitionsIn(root.after, texts);
  const plan = planUpdates(changes, { known: knownSchemas(), clusters, definitions });
  const checks = new ObjectChecks(directory);
  const answers = await completeAnswers(plan.requests, (some) => checks.run(some));
  const refusals = plan.refusals(answers);
  const byFile = new Map(files.map((file, index) => [keyOf(file), refusals[index] ?? []]));
  return {
    refusalsOf: (file) => byFile.get(keyOf(file)) ?? [],
    unchecked: plan.unchecked(answers),
  };
}

type Update = ChangedFile & { readonly before: string; readonly after: string };

function isUpdate(file: ChangedFile): file is Update {
  return file.before !== undefined && file.after !== undefined;
}

function keyOf({ cluster, path }: ChangedFile): string {
  return `${cluster}/${path}`;
}

/** Path of a CustomResourceDefinition in a cluster's directory. */
const definitionPath = /^([^/]+)\/_cluster\/customresourcedefinition\.apiextensions\.k8s\.io_/;

/** Returns the content ids of the definitions in a snapshot: validation needs them, changed or not. */
export function definitionContents({ files }: Snapshot): readonly string[] {
  return [...files].filter(([path]) => definitionPath.test(path)).map(([, content]) => content);
}

function definitionsIn({ files }: Snapshot, texts: ReadonlyMap<string, string>) {
  return [...files].flatMap(([path, content]) => {
    const cluster = definitionPath.exec(path)?.[1];
    if (cluster === undefined || !texts.has(content)) return [];
    return objectsIn(textIn(texts, content)).map((object) => ({ cluster, object }));
  });
}

/** Returns the objects of a manifest; none if the syncer refuses it, which the review shows. */
function objectsIn(text: string): readonly KubeObject[] {
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof ManifestError) return [];
    throw error;
  }
}
