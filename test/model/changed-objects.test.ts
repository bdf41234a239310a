import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedObjects } from '#model/changed-objects.ts';
import { type KubeObject, keyOf } from '#model/object.ts';
import { renderedPaths } from '#model/rendered-path.ts';
import type { Snapshot } from '#model/snapshot.ts';

function object(kind: string, size: number): KubeObject {
  return { apiVersion: 'k.example/v1', kind, metadata: { name: 'a', namespace: 'x' }, size };
}

function snapshot(objects: readonly KubeObject[]): Snapshot {
  const paths = renderedPaths(objects.map(keyOf));
  return {
    files: new Map(
      objects.map((one) => [`one/${paths.get(keyOf(one))}`, JSON.stringify(one)] as const),
    ),
  };
}

/** Returns `kind before → after` of each change. */
function changes(before: readonly KubeObject[], after: readonly KubeObject[]): readonly string[] {
  const read = (content: string): KubeObject => JSON.parse(content);
  return changedObjects(snapshot(before), snapshot(after), read).map((file) => {
    const [old, now] = [file.before, file.after].map((content) => content && read(content));
    const size = (one: KubeObject | '' | undefined) => (one ? String(one['size']) : 'none');
    return `${(old || now || { kind: '' }).kind} ${size(old)} → ${size(now)}`;
  });
}

describe('the changed objects of a review', () => {
  it('K39: reports only the new object when another one gets a digest in the name of its file', () => {
    const [foo, other] = [object('Foo', 1), object('FOO', 2)];
    assert.deepEqual(changes([foo], [foo, other]), ['FOO none → 2']);
    assert.deepEqual(changes([foo, other], [foo]), ['FOO 2 → none']);
  });

  it('K39: reports a change of an object that moves to another file as one change', () => {
    const [foo, other] = [object('Foo', 1), object('FOO', 2)];
    const after = [object('Foo', 5), other];
    assert.deepEqual(changes([foo], after).toSorted(), ['FOO none → 2', 'Foo 1 → 5']);
  });
});
