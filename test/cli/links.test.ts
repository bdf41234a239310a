import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import * as v from 'valibot';
import { fleet as fleetSchema } from '#compiler/parse/schema/fleet.ts';
import { helmRelease } from '#compiler/parse/schema/release.ts';
import { configMap, LinkedFleet, links, sources } from '../linked-fleet.ts';

/** Fields whose schema accepts a path, although they hold another text or a path that is compared and never opened. */
const notPaths: readonly string[] = [
  'skippedPropagatingNamespaces',
  'skippedPropagatingAPIs',
  'repository',
  'repositories',
  'values',
  'accept.code',
  'accept.path',
  'accept.reason',
  'meshes.networks',
  'meshes.controlPlane',
];

/** Returns the fields of an object's spec whose schema accepts a path, or a list of paths. */
function pathFields(schema: v.GenericSchema): readonly string[] {
  const spec = entriesOf(schema).spec;
  return fieldsIn(spec).filter(
    (field) => !notPaths.includes(field) && !notPaths.includes(field.replace(/^.*\./, '')),
  );
}

function fieldsIn(schema: v.GenericSchema | undefined, prefix = ''): readonly string[] {
  return Object.entries(entriesOf(schema)).flatMap(([name, field]) => {
    const takes = (value: unknown) => v.safeParse(field, value).success;
    const isPath = takes('link/values.yaml') || takes(['link/values.yaml']);
    const items = (unwrap(field) as { readonly item?: v.GenericSchema }).item;
    return [...(isPath ? [`${prefix}${name}`] : []), ...fieldsIn(items, `${prefix}${name}.`)];
  });
}

function entriesOf(schema: v.GenericSchema | undefined): Record<string, v.GenericSchema> {
  return (unwrap(schema) as { readonly entries?: Record<string, v.GenericSchema> }).entries ?? {};
}

/** Removes the wrappers that make a schema optional or add checks of the whole value. */
function unwrap(schema: unknown): unknown {
  const { wrapped, pipe } = Object(schema);
  if (wrapped !== undefined) return unwrap(wrapped);
  return pipe !== undefined && pipe[0] !== schema ? unwrap(pipe[0]) : Object(schema);
}

/** Each target of a link, with each field, once for the link itself and once for a path below it. */
const folderCases = links.flatMap((link) =>
  pathFields(fleetSchema).flatMap((field) =>
    ['link', `link/${field}`].map((value) => ({ ...link, field, value })),
  ),
);
const writtenCases = folderCases.filter(({ field }) => sources[field] === undefined);
const readCases = folderCases.filter(({ field }) => sources[field] !== undefined);
const releaseCases = links.flatMap((link) =>
  pathFields(helmRelease).map((field) => ({ ...link, field })),
);

/** The fields after the chart in a release that names a linked values file, by field. */
const valuesFields: Readonly<Record<string, string>> = {
  valuesFiles: ', valuesFiles: [link/values.yaml]',
  'clusterValues.valuesFiles':
    ', clusterValues: [{clusterAffinity: {clusterNames: [member1]}, valuesFiles: [link/values.yaml]}]',
};

const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
  'chart/values.yaml': 'value: linked\n',
  'chart/templates/map.yaml': configMap('charted', '{{ .Values.value }}'),
  'values.yaml': 'value: linked\n',
};

describe('K7: a symbolic link in a path of the repository', () => {
  const fleet = new LinkedFleet();
  after(() => fleet.remove());
  beforeEach(() => fleet.reset());

  function set(field: string, value: string): void {
    const head = 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n';
    fleet.write('regatta.yaml', `${head}spec: {${field}: ${value}}\n`);
  }

  it('is tested in each field whose schema accepts a path', () => {
    const folders = ['clusters', 'templates', 'policies', 'bindings', 'rendered'];
    assert.deepEqual(pathFields(fleetSchema), folders);
    assert.deepEqual(pathFields(helmRelease), ['chart', ...Object.keys(valuesFields)]);
  });

  for (const { field, value, leads, target, want } of readCases) {
    it(`is ${want.length === 0 ? 'followed' : 'refused'} in spec.${field}: ${value} if it leads ${leads}`, async () => {
      const file = value === 'link' ? 'file.yaml' : `${field}/file.yaml`;
      fleet.linkTo(target, { [file]: sources[field] ?? '' });
      rmSync(join(fleet.path, field), { recursive: true });
      set(field, value);
      assert.deepEqual((await fleet.compile()).codes, want);
      assert.equal(existsSync(join(fleet.path, 'rendered')), want.length === 0);
    });
  }

  for (const { field, value, leads, target } of writtenCases) {
    it(`is refused in spec.${field}: ${value} if it leads ${leads}`, async () => {
      fleet.linkTo(target, {});
      set(field, value);
      const { codes, ok } = await fleet.compile();
      assert.deepEqual({ codes, ok }, { codes: ['write/foreign-file'], ok: false });
      assert.deepEqual(readdirSync(fleet.outside), []);
      assert.deepEqual(readdirSync(join(fleet.path, 'real')), []);
    });
  }

  for (const { field, leads, target, want } of releaseCases) {
    it(`is ${want.length === 0 ? 'followed' : 'refused'} in HelmRelease spec.${field} if it leads ${leads}`, async () => {
      fleet.linkTo(target, chart);
      const values = valuesFields[field];
      const path = values === undefined ? 'link/chart' : 'real/chart';
      const head = 'apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: app}\n';
      fleet.write('templates/release.yaml', `${head}spec: {chart: ${path}${values ?? ''}}\n`);
      const { codes, diagnostics } = await fleet.compile();
      assert.deepEqual(codes, want);
      for (const { at } of diagnostics) assert.equal(at.file, 'templates/release.yaml');
      if (want.length === 0) assert.match(fleet.rendered('charted'), /value: linked/);
    });
  }

  it('is refused in place of regatta.yaml and regatta.lock', async () => {
    for (const file of ['regatta.yaml', 'regatta.lock']) {
      fleet.write('real/any', 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n');
      fleet.link(file, 'real/any');
      assert.deepEqual((await fleet.compile()).codes, ['read/unreadable'], file);
      rmSync(join(fleet.path, file));
    }
  });

  it('does not make compile write or remove files outside of the output folders', async () => {
    assert.equal((await fleet.compile()).ok, true);
    const moved = join(fleet.folder, 'moved');
    for (const place of ['rendered', 'rendered/member1', 'rendered/member1/default']) {
      renameSync(join(fleet.path, place), moved);
      fleet.link(place, moved);
      for (const name of ['changed', 'plain']) {
        fleet.write('templates/file.yaml', configMap(name));
        assert.deepEqual((await fleet.compile()).codes, ['write/foreign-file'], place);
      }
      rmSync(join(fleet.path, place));
      renameSync(moved, join(fleet.path, place));
      assert.equal((await fleet.compile()).ok, true);
      assert.match(fleet.rendered('plain'), /value: given/);
    }
  });
});
