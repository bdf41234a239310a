import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { safeParse } from 'valibot';
import { acknowledgement } from '#compiler/parse/schema/acknowledgement.ts';
import { acknowledgedFiles } from '#compiler/write/acknowledged-files.ts';
import type { RenderedFile } from '#compiler/write/rendered-files.ts';
import {
  type DeletedFiles,
  type DeletionAcknowledgement,
  deletionDigest,
  foldDeletions,
  unfoldDeletions,
} from '#model/acknowledgement.ts';
import { textOf } from '#model/files.ts';

const all = ['a', 'b', 'c'];
const stays = file('shop/service_web.yaml', all);
const tools = { clusters: ['a', 'b'], files: ['_cluster/namespace_tools.yaml', 'tools/x.yaml'] };

function file(path: string, clusters: readonly string[]): RenderedFile {
  return { path, clusters, content: textOf(path) };
}

function acknowledging(...deletions: readonly DeletedFiles[]): DeletionAcknowledgement {
  const digest = deletionDigest(unfoldDeletions(deletions));
  return {
    apiVersion: 'regatta.dev/v1alpha1',
    kind: 'DeletionAcknowledgement',
    metadata: { name: 'a' },
    spec: { digest, deletions },
  };
}

/** Returns each acknowledgement file as `<clusters>: <lines>`. */
function written(
  acknowledgements: readonly DeletionAcknowledgement[],
  ...rendered: readonly RenderedFile[]
): readonly string[] {
  return acknowledgedFiles(acknowledgements, rendered).map(({ path, clusters, content }) => {
    assert.equal(path, '_acknowledged.txt');
    return `${clusters}: ${content.text.trim().split('\n').slice(1)}`;
  });
}

describe('acknowledged deletions', () => {
  it('writes an acknowledgement to each cluster that it names', () => {
    const more = { clusters: ['b'], files: ['shop/job.batch_old.yaml'] };
    assert.deepEqual(written([acknowledging(tools), acknowledging(more)], stays), [
      'a: _cluster/namespace_tools.yaml,tools/x.yaml',
      'b: _cluster/namespace_tools.yaml,shop/job.batch_old.yaml,tools/x.yaml',
    ]);
  });

  it('ends an acknowledgement once one of its files is rendered again', () => {
    const again = file('tools/x.yaml', ['b']);
    assert.deepEqual(written([acknowledging(tools)], stays, again), []);
  });

  it('K33: writes an acknowledgement also to a cluster that left, as its only file', () => {
    assert.deepEqual(written([acknowledging(tools)], file('shop/service_web.yaml', ['b'])), [
      'a,b: _cluster/namespace_tools.yaml,tools/x.yaml',
    ]);
  });

  it('K33: writes no acknowledgement for what is not the name of a cluster', () => {
    for (const name of ['..', '../x', 'a/b', '', 'A', '.git', 'a..b']) {
      const outside = { clusters: [name], files: ['shop/x.yaml'] };
      assert.deepEqual(written([acknowledging(outside)], stays), [], name);
    }
  });

  it('folding keeps the digest of the deletions', () => {
    const deletions = unfoldDeletions([tools, { clusters: ['c'], files: ['tools/x.yaml'] }]);
    const folded = foldDeletions(deletions.toReversed());
    assert.equal(folded.length, 2);
    assert.equal(deletionDigest(unfoldDeletions(folded)), deletionDigest(deletions));
  });

  it('rejects deletions that do not match their digest', () => {
    const good = acknowledging(tools);
    assert.ok(safeParse(acknowledgement, good).success);
    const more = [{ ...tools, clusters: all }];
    const bad = { ...good, spec: { ...good.spec, deletions: more } };
    assert.match(JSON.stringify(safeParse(acknowledgement, bad).issues), /do not match its digest/);
    const { deletions: _, ...digestAlone } = good.spec;
    assert.ok(safeParse(acknowledgement, { ...good, spec: digestAlone }).success);
  });
});
