import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { lintDirectory } from '#cli/lint/lint.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import '#test/commands/kept-checker.ts';

const repository = join(import.meta.dirname, '../fixtures/newcomer');

/** The message with which an API server rejects a name. */
const badName = (name: string) =>
  `metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
const replace =
  'rename the object, or set the annotation regatta.dev/replace: "true" to let the syncer delete and recreate it';

/** Frequent mistakes of new users, each in a separate file, with place, code and message. */
const mistakes: readonly (readonly [
  name: string,
  at: string,
  code: string,
  message: string,
  hint?: string,
])[] = [
  [
    'a misspelt field',
    '1-misspelt-field.yaml:14:11',
    'unknown-field',
    'Deployment default/misspelt: .spec.template.spec.containers[name="web"].imagee: field not declared in schema',
    'did you mean image?',
  ],
  [
    'a selector that does not match its template',
    '2-selector.yaml:11:7',
    'invalid-value',
    'Deployment default/unmatched: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    'a port beyond the range, once although the targetPort is a copy of it',
    '3-port.yaml:10:7',
    'invalid-value',
    'Service default/web: spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive',
  ],
  [
    'a bad name',
    '4-name.yaml:4:3',
    'invalid-value',
    `ConfigMap default/Web_Settings: ${badName('Web_Settings')}`,
  ],
  [
    'a value of the wrong type',
    '5-type.yaml:17:15',
    'invalid-value',
    'Deployment default/typed: .spec.template.spec.containers[name="web"].env[name="WORKERS"].value: expected string, got 4',
    'put it in quotes',
  ],
  [
    'a missing required field',
    '6-missing-field.yaml:5:1',
    'missing-field',
    'CronJob default/nightly: spec.schedule: Required value',
    'add spec.schedule',
  ],
  [
    'a changed immutable field',
    '7-immutable-field.yaml:6:3',
    'immutable-field',
    'Deployment default/renamed cannot be updated: spec.selector: Invalid value: {"matchLabels":{"app":"renamed"}}: field is immutable',
    replace,
  ],
  [
    'a misspelt field of a custom resource',
    'boat-1.yaml:7:3',
    'unknown-field',
    'Boat default/misspelt: .spec.sial: field not declared in schema',
    'the fields here are length, port, sail, hull, selector, labels',
  ],
  [
    'a selector that does not match, by a rule of the definition',
    'boat-2.yaml:5:1',
    'invalid-value',
    'Boat default/unmatched: spec: Invalid value: selector must match labels',
  ],
  [
    'a port beyond the range in a custom resource',
    'boat-3.yaml:7:3',
    'invalid-value',
    'Boat default/ported: spec.port: Invalid value: 80000: spec.port in body should be less than or equal to 65535',
  ],
  [
    'a bad name of a custom resource',
    'boat-4.yaml:4:3',
    'invalid-value',
    `Boat default/Bad_Boat: ${badName('Bad_Boat')}`,
  ],
  [
    'a value of the wrong type in a custom resource',
    'boat-5.yaml:7:3',
    'invalid-value',
    'Boat default/typed: .spec.sail: expected string, got 4',
    'put it in quotes',
  ],
  [
    'a missing required field of a custom resource',
    'boat-6.yaml:5:1',
    'missing-field',
    'Boat default/missing: spec.length: Required value',
    'add spec.length',
  ],
  [
    'a changed immutable field of a custom resource, by a transition rule',
    'boat-7.yaml:7:3',
    'immutable-field',
    'Boat default/rebuilt cannot be updated: spec.hull: Invalid value: "steel": hull is immutable',
    replace,
  ],
];

describe('lint of the repository of a new user', () => {
  let found: readonly string[];
  before(async () => {
    const { diagnostics } = await lintDirectory(repository, { profile: 'regatta', strict: false });
    found = diagnostics.map((one) => formatDiagnostic(one));
  });

  for (const [name, at, code, message, hint] of mistakes) {
    it(`street V1: finds ${name}`, () => {
      const [file = ''] = at.split(':');
      const line = `templates/${at}: error validate/${code}: ${message}`;
      const want = hint === undefined ? line : `${line}\n  hint: ${hint}`;
      const inFile = found.filter((text) => text.startsWith(`templates/${file}:`));
      assert.deepEqual(inFile, [want]);
    });
  }

  it('EN18: reports no other diagnostic', () => assert.equal(found.length, mistakes.length));
});
