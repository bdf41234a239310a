import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printHtml } from '#cli/review/html.ts';
import { printMarkdown } from '#cli/review/markdown.ts';
import { printText } from '#cli/review/text.ts';
import { fleet } from '#compiler/parse/schema/fleet.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { mergeReviews } from '#review/merge.ts';
import type { Hunk } from '#review/review.ts';
import { settingsHunks } from '#review/settings.ts';
import { changesOf } from './schema-samples.ts';

const { spec } = (fleet as unknown as { readonly entries: { readonly spec: never } }).entries;
const clusters = ['eu-1', 'eu-2', 'us-1'];

function settingsOf(given: unknown, name?: string): FleetSettings {
  const head = { apiVersion: 'regatta.dev/v1alpha1', kind: 'Fleet' };
  const metadata = name === undefined ? {} : { metadata: { name } };
  const spec = given === undefined ? {} : { spec: given };
  return parseSettings(
    JSON.stringify({ ...head, ...metadata, ...spec }),
    ({ severity, message }) => {
      if (severity === 'error') assert.fail(message);
    },
  );
}

function hunksOf(before: unknown, after: unknown): readonly Hunk[] {
  return settingsHunks(settingsOf(before), settingsOf(after), clusters);
}

function messageOf(before: unknown, after: unknown): string {
  return hunksOf(before, after)
    .flatMap(({ risks }) => risks)
    .map(({ message }) => message)
    .join('\n');
}

/** Prints a review that has only these hunks, in every format. */
function printed(hunks: readonly Hunk[]): readonly string[] {
  const report = {
    ...{ base: 'a'.repeat(40), head: 'b'.repeat(40) },
    review: mergeReviews([], hunks),
    verdict: { deletions: [], digest: '', excesses: [], acknowledged: false },
    deletedBefore: [],
  };
  return [printText(report), printMarkdown(report), printHtml(report), JSON.stringify(report)];
}

describe('K8: a changed setting', () => {
  const changes = changesOf(spec);

  it('K8: is generated for every field of the schema', () => {
    const tops = new Set(changes.map(({ path }) => path.split('.')[1]));
    // The id has no default.
    const { name: _, ...settings } = settingsOf({ id: 'q7c1x0v9pa' });
    assert.deepEqual([...tops].toSorted(), Object.keys(settings).toSorted());
    assert.ok(changes.some(({ path }) => path === 'spec.sync.deletions.allNamespaces'));
    assert.ok(changes.length > 50, `${changes.length}`);
  });

  it('K8: is a hunk with the risk settings in every format', () => {
    for (const { path, before, after } of changes) {
      const hunks = hunksOf(before, after);
      const where = `${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
      assert.ok(hunks.length > 0, where);
      assert.ok(hunks.every(({ risks }) => risks.some(({ code }) => code === 'settings')));
      const named = hunks.flatMap(({ fields }) => fields.map((field) => field.path));
      // Another name of a field, such as PolicyPreemption, shows as the setting that it changes.
      const known = path.replace('.PolicyPreemption', '.PropagationPolicyPreemption');
      assert.ok(
        named.some((name) => `${name}.`.startsWith(`${known}.`)),
        `${where}: ${named}`,
      );
      for (const text of printed(hunks)) {
        assert.ok(
          hunks.every(({ fields }) => text.includes(fields[0]?.path ?? '')),
          text,
        );
        assert.match(text, /settings/, where);
      }
    }
  });

  it('K8: is reported in both directions, and not if it spells out a default', () => {
    for (const { before, after } of changes) {
      assert.equal(hunksOf(before, after).length, hunksOf(after, before).length);
    }
    assert.deepEqual(hunksOf(undefined, { rendered: 'rendered', sync: { suspended: [] } }), []);
  });

  it('K8: says what it does to the clusters', () => {
    const all = { sync: { suspended: [{ clusters: ['*'] }] } };
    const message = 'spec.sync.suspended: none → clusters "*": 3 clusters would no longer change';
    assert.equal(messageOf(undefined, all), message);
    const part = { sync: { suspended: [{ clusters: ['eu-*'], kinds: ['Secret'] }] } };
    assert.match(messageOf(undefined, part), /: objects of 2 clusters would no longer change$/);
    const frozen = { sync: { drift: [{ clusters: ['us-1'], mode: 'freeze' }] } };
    assert.match(messageOf(undefined, frozen), /: 1 cluster would no longer change$/);
    const budget = { deletionBudget: { kinds: { Namespace: 5 } } };
    assert.equal(messageOf(undefined, budget), 'spec.deletionBudget.kinds.Namespace: 0 → 5');
    const health = { sync: { health: { progressDeadline: '1h' } } };
    assert.equal(messageOf(undefined, health), 'spec.sync.health.progressDeadline: 10m → 1h');
  });

  it('K8: includes the name of the fleet, which seeds random values', () => {
    const hunks = settingsHunks(settingsOf({}, 'a'), settingsOf({}, 'b'), clusters);
    assert.deepEqual(hunks[0]?.fields, [{ path: 'metadata.name', before: 'a', after: 'b' }]);
  });
});
