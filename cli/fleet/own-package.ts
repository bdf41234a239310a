import { isAbsolute, join, relative, resolve } from 'node:path';
import * as v from 'valibot';
import { integrityOf } from '#io/fetch/integrity.ts';
import { readOwnFiles } from '#io/files/files.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { packageFolder } from './package-folder.ts';

/** The package that a fleet repository installs. */
export interface PackageSource {
  /** What npm installs: an address, a name with a version, or `file:` and a path relative to the repository. */
  readonly spec: string;
  /** The digest that npm checks; absent if only npm can find it out. */
  readonly integrity?: string | undefined;
}

const lockfile = v.object({
  packages: v.object({
    'node_modules/regatta': v.object({ resolved: v.string(), integrity: v.optional(v.string()) }),
  }),
});

/**
 * Returns where npm got the running package from, for a repository in a directory. Returns undefined for a checkout and
 * for a global installation, of which npm does not keep the source.
 */
export function ownPackage(directory: string): PackageSource | undefined {
  const modules = join(packageFolder(), '..');
  const name = '.package-lock.json';
  const text = readOwnFiles(modules, [name]).get(name);
  if (typeof text !== 'string') return undefined;
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), lockfile), text);
  if (!read.success) return undefined;
  const { resolved, integrity } = read.output.packages['node_modules/regatta'];
  // npm writes the path relative to the folder that holds node_modules.
  const path = /^file:(.*)$/.exec(resolved)?.[1];
  const spec = path === undefined ? resolved : fileSpec(resolve(modules, '..', path), directory);
  return { spec, integrity };
}

/**
 * Returns the package that a user names: a file, an address, or anything else that npm installs.
 *
 * @throws Error when the file cannot be read
 */
export function namedPackage(name: string, directory: string): PackageSource {
  const path = name.replace(/^file:/, '');
  const isFile = path !== name || isAbsolute(name) || /^\.\.?\/|^[^:@]*\.tgz$/.test(name);
  if (!isFile) return { spec: name };
  return { spec: fileSpec(resolve(path), directory), integrity: integrityOf(path) };
}

function fileSpec(path: string, directory: string): string {
  return `file:${relative(resolve(directory), path)}`;
}

/** Returns the package.json of a repository with the package, and the package-lock.json that pins its digest. */
export function pinnedPackage(
  manifestText: string,
  { spec, integrity }: PackageSource,
): ReadonlyMap<string, string> {
  const { version, bin, engines } = packageJson;
  const manifest = { ...JSON.parse(manifestText), devDependencies: { regatta: spec } };
  const files = new Map([['package.json', print(manifest)]]);
  if (integrity === undefined) return files;
  const { name, devDependencies } = manifest;
  const installed = { version, resolved: spec, integrity, dev: true, bin, engines };
  const packages = { '': { name, devDependencies }, 'node_modules/regatta': installed };
  files.set('package-lock.json', print({ name, lockfileVersion: 3, requires: true, packages }));
  return files;
}

function print(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
