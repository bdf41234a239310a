import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAddress } from '#compiler/build/address.ts';
import { remoteKey } from '#model/remote-source.ts';

const rows: Readonly<Record<string, readonly [key: string, path: string] | undefined>> = {
  'https://example.com/crds.yaml': ['https://example.com/crds.yaml', ''],
  'https://example.com/crds.yaml?token=1': ['https://example.com/crds.yaml?token=1', ''],
  'https://raw.example/a/b/crds.yaml?ref=main': ['https://raw.example/a/b/crds.yaml?ref=main', ''],
  'https://git.example/team/base.git//deploy/prod?ref=v1': [
    'https://git.example/team/base.git?ref=v1',
    'deploy/prod',
  ],
  'https://git.example/team/base.git/deploy?ref=v1': [
    'https://git.example/team/base.git?ref=v1',
    'deploy',
  ],
  'git::https://git.example/team/base//deploy?ref=v1&timeout=90s': [
    'https://git.example/team/base?ref=v1',
    'deploy',
  ],
  'github.com/team/base/deploy?ref=main': ['https://github.com/team/base?ref=main', 'deploy'],
  'https://github.com/team/base?version=v1': ['https://github.com/team/base?ref=v1', ''],
  'ssh://git@git.example/team/base.git//a?ref=v1': [
    'ssh://git@git.example/team/base.git?ref=v1',
    'a',
  ],
  'git@git.example:team/base.git//a?ref=v1': ['git@git.example:team/base.git?ref=v1', 'a'],
  'https://github.com/team/base//deploy': undefined,
  'https://github.com/team/base//../x?ref=v1': undefined,
  'https://me:sesame@git.example/team/base.git?ref=v1': undefined,
  'https://token@example.com/crds.yaml': undefined,
  'ssh://git:sesame@git.example/team/base.git?ref=v1': undefined,
  'https://git.example/team/base.git?ref=--upload-pack=x': undefined,
  'file:///etc/base.git?ref=v1': undefined,
  'ext::sh -c x?ref=v1': undefined,
};

describe('an address in a kustomization', () => {
  for (const [address, want] of Object.entries(rows)) {
    it(`${want === undefined ? 'does not accept' : 'finds source and path of'} ${address}`, () => {
      const found = readAddress(address);
      assert.deepEqual(found && [remoteKey(found.source), found.path], want);
    });
  }
});
