/** A bundle of CustomResourceDefinitions such as suites of operators publish: one file of several megabytes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { Json, JsonObject } from '#model/object.ts';
import { mulberry32 } from '../random.ts';

const group = 'suite.example.com';
/** Characters of the descriptions in one definition, which are about two fifths of its text. */
const descriptionLength = 160_000;
/** Schemas that describe pods are nested as deeply. */
const maxDepth = 9;

/** A bundle in a fleet repository. */
export interface Bundle {
  readonly path: string;
  readonly definitions: number;
  readonly characters: number;
}

/** Writes a repository of one cluster that gets a bundle with at least this number of characters. */
export async function writeBundleRepository(root: string, characters: number): Promise<Bundle> {
  for (const folder of ['clusters', 'templates', 'policies']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const metadata = { name: 'suite' };
  const cluster = { apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata };
  await writeFile(
    join(root, 'clusters/suite.yaml'),
    dump({ ...cluster, spec: { syncMode: 'Push' } }),
  );
  await writeFile(join(root, 'policies/suite.yaml'), dump(policy));
  const path = join(root, 'templates/bundle.yaml');
  const documents = documentsOf(characters);
  const text = documents.join('---\n');
  await writeFile(path, text);
  return { path, definitions: documents.length, characters: text.length };
}

const policy: JsonObject = {
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'ClusterPropagationPolicy',
  metadata: { name: 'definitions' },
  spec: {
    resourceSelectors: [
      { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    ],
    placement: { clusterAffinity: { clusterNames: ['suite'] } },
  },
};

/** Returns definitions with at least this number of characters in total, the same ones at each call. */
function documentsOf(characters: number): readonly string[] {
  const random = mulberry32(1);
  const documents: string[] = [];
  for (let length = 0; length < characters; length += documents.at(-1)?.length ?? 0) {
    const object = definition(documents.length, { random, left: descriptionLength });
    documents.push(dump(object, { lineWidth: -1 }));
  }
  return documents;
}

/** What the generation of a definition may still use. */
interface Supply {
  readonly random: () => number;
  /** Characters of descriptions that the definition still gets. */
  left: number;
}

function definition(index: number, supply: Supply): JsonObject {
  const kind = `Operator${String.fromCharCode(65 + (index % 26))}${index}`;
  const names = { kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase() };
  const spec: Record<string, Json> = {};
  while (supply.left > 0) spec[nameOf(supply, Object.keys(spec).length)] = schema(supply, 2);
  const properties = {
    apiVersion: { description: describe(supply, 4), type: 'string' },
    kind: { description: describe(supply, 4), type: 'string' },
    metadata: { type: 'object' },
    spec: { description: describe(supply, 1), type: 'object', properties: spec },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: [
      { jsonPath: '.metadata.creationTimestamp', name: 'Age', type: 'date' },
    ],
    schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties } },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: { group, names, scope: 'Namespaced', versions: [version] },
  };
}

/** Returns the schema of a field: an object or a list of objects in one of three cases, otherwise a scalar. */
function schema(supply: Supply, depth: number): JsonObject {
  const description = describe(supply, 1 + Math.floor(supply.random() * 3));
  const chance = supply.random();
  if (chance > 0.35 || depth >= maxDepth || supply.left < 0) {
    return { description, ...scalars[Math.floor(chance * scalars.length)] };
  }
  const properties: Record<string, Json> = {};
  const count = 2 + Math.floor(supply.random() * 6);
  for (let index = 0; index < count; index++) {
    properties[nameOf(supply, index)] = schema(supply, depth + (chance < 0.1 ? 2 : 1));
  }
  const required = Object.keys(properties).slice(0, 2);
  const object = { type: 'object', required, properties };
  if (chance < 0.1) return { description, type: 'array', items: object };
  return { description, ...object };
}

const scalars: readonly JsonObject[] = [
  { type: 'string' },
  { type: 'string', minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
  { type: 'boolean', default: false },
  { type: 'integer', format: 'int32', minimum: 0 },
  {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE])?$',
  },
  { type: 'string', enum: ['Always', 'Never', 'IfNotPresent'] },
  { type: 'object', additionalProperties: { type: 'string' } },
  { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' },
];

const words =
  'the field selects pods of a workload that runs in its own namespace and must match all of the listed values unless the operator sets a default for it when it creates the object; an empty list matches nothing, "null" is the same as absent: see the documentation of the controller'.split(
    ' ',
  );

/** Returns a text of some lines, as generators of schemas take it from comments. */
function describe(supply: Supply, lines: number): string {
  const text = Array.from({ length: lines }, () =>
    Array.from({ length: 7 + Math.floor(supply.random() * 7) }, () => pick(supply, words)).join(
      ' ',
    ),
  );
  const description = text.join('\n');
  supply.left -= description.length;
  return description;
}

const nameParts = ['Pod', 'Volume', 'Image', 'Secret', 'Policy', 'Limit', 'Timeout', 'Affinity'];

function nameOf(supply: Supply, index: number): string {
  return `${pick(supply, words).replace(/\W/g, '')}${pick(supply, nameParts)}${index}`;
}

function pick(supply: Supply, from: readonly string[]): string {
  return from[Math.floor(supply.random() * from.length)] ?? '';
}
