import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManifestError, parseManifest } from '#syncer/desired/manifest.ts';

const long = 'x'.repeat(300);

/** Invalid texts, with the message of the error. */
const faults: readonly (readonly [text: string, message: string])[] = [
  ['- 1', 'a document is not a Kubernetes object: a list'],
  ['hunter2', 'a document is not a Kubernetes object: a text'],
  ['kind: A', 'apiVersion is missing'],
  ['{apiVersion: V1, kind: A}', 'apiVersion is invalid: "V1"'],
  ['{apiVersion: 1, kind: A}', 'apiVersion is invalid: 1'],
  ['{apiVersion: v1, kind: "a\\n"}', 'kind is invalid: "a\\n"'],
  ['{apiVersion: v1, kind: A, metadata: []}', 'A: metadata is invalid: a list'],
  ['{apiVersion: v1, kind: A, metadata: {name: a/b}}', 'A: metadata.name is invalid: "a/b"'],
  [
    '{apiVersion: v1, kind: A, metadata: {name: a, namespace: B}}',
    'A a: metadata.namespace is invalid: "B"',
  ],
  [
    '{apiVersion: v1, kind: A, metadata: {name: a, labels: {b: 1}}}',
    'A a: metadata.labels["b"] is not a string: 1',
  ],
  [
    `{apiVersion: ${long}/v1, kind: A, metadata: {name: a}}`,
    `apiVersion "${'x'.repeat(80)}…" has a group of 300 characters, more than 253`,
  ],
  ['{apiVersion: [a], kind: A}', 'apiVersion is invalid: a list'],
  ['{apiVersion: &a [*a], kind: A}', 'invalid YAML in line 1: the value of &a contains itself'],
];

describe('parseManifest', () => {
  for (const [text, message] of faults) {
    it(`reports: ${message.slice(0, 60)}`, () => {
      assert.throws(() => parseManifest(text), new ManifestError(message));
    });
  }
});
