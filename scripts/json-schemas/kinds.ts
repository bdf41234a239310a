import type * as v from 'valibot';
import { acknowledgement } from '#compiler/parse/schema/acknowledgement.ts';
import { fleet } from '#compiler/parse/schema/fleet.ts';
import { lock } from '#compiler/parse/schema/lock.ts';
import { helmRelease } from '#compiler/parse/schema/release.ts';
import { jsonSchemaOf } from './convert.ts';

const schemas: Readonly<Record<string, readonly [title: string, schema: v.GenericSchema]>> = {
  'deletionacknowledgement.json': [
    'DeletionAcknowledgement of Regatta, below templates/',
    acknowledgement,
  ],
  'fleet.json': ['Fleet of Regatta, in regatta.yaml', fleet],
  'helmrelease.json': ['HelmRelease of Regatta, below templates/', helmRelease],
  'lock.json': ['Lock of Regatta, in regatta.lock', lock],
};

/** Returns the JSON Schemas of Regatta's own kinds, by file name. */
export function kindSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(schemas).map(([file, [title, schema]]) => {
      const $schema = 'http://json-schema.org/draft-07/schema#';
      return [file, `${JSON.stringify({ $schema, title, ...jsonSchemaOf(schema) }, null, 2)}\n`];
    }),
  );
}
