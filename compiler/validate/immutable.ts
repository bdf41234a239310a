import type { ClusterObject } from '#model/binding.ts';
import { immutableChanges } from '#model/immutable.ts';
import { printManifest } from '#model/manifest.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import { renderedHeader, renderedPath } from '#model/rendered.ts';
import { readYaml } from '#model/yaml.ts';
import type { Findings } from './findings.ts';
import type { Validation } from './validate.ts';

/** Looks whether objects change, against what was rendered before, what may never change. */
export function reportImmutable(validation: Validation, findings: Findings): void {
  for (const [object, all] of validation.distinct) {
    const before = earlierTexts(object, all, validation);
    if (before.size === 0) continue;
    const now = `${renderedHeader}\n${printManifest(object)}`;
    for (const [text, on] of before) {
      const changes = text === now ? [] : changesSince(text, object);
      for (const change of changes) {
        findings.add({
          code: 'validate/immutable-field',
          severity: 'warning',
          message: `${describeObject(object)}: ${change}`,
          pointer: `/${/^\.(\w+)/.exec(change)?.[1] ?? ''}`,
          hint: 'give it another name, or let the syncer make it anew: regatta.dev/replace: "true"',
          on,
        });
      }
    }
  }
}

/** The different files that were rendered for an object before, with the clusters that have them. */
function earlierTexts(
  object: KubeObject,
  all: readonly ClusterObject[],
  { decisions, existing }: Validation,
): ReadonlyMap<string, readonly ClusterObject[]> {
  const path = renderedPath(object);
  const texts = new Map<string, ClusterObject[]>();
  for (const rendered of all) {
    const text = existing.get(`${decisions.settings.rendered}/${rendered.cluster}/${path}`);
    if (typeof text === 'string') texts.set(text, [...(texts.get(text) ?? []), rendered]);
  }
  return texts;
}

function changesSince(text: string, object: KubeObject): readonly string[] {
  const documents = readYaml(text);
  const [earlier] = Array.isArray(documents) ? (documents as readonly KubeObject[]) : [];
  return earlier === undefined || earlier === null ? [] : immutableChanges(earlier, object);
}
