import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineManifest } from '#io/engine/artifacts.ts';
import type { ShippedPackage } from './packages.ts';

/** Content of `engines/artifacts/licenses.json`: the licences of the Go modules that the engines contain. */
export interface ModuleLicenses {
  /** Licence and notice texts. A key is the start of the text's SHA-256 digest. */
  readonly texts: Readonly<Record<string, string>>;
  /** The SPDX expression of each module and the keys of its texts, by `path@version`. */
  readonly modules: Readonly<
    Record<string, { readonly license: string; readonly texts: readonly string[] }>
  >;
}

/**
 * Returns `path@version` of each Go module that the engines contain, sorted and without repetitions. The
 * standard library has the path `std`.
 */
export function engineModules(manifest: EngineManifest): string[] {
  const found = Object.values(manifest).flatMap(({ go, modules }) => [
    `std@${go.slice('go'.length)}`,
    ...Object.entries(modules).map(([path, version]) => `${path}@${version}`),
  ]);
  return [...new Set(found)].toSorted();
}

/**
 * Returns the Go modules that the engines contain, for the list of packages that a release ships.
 *
 * @param artifacts - path of `engines/artifacts`
 * @throws Error when licenses.json does not have a module
 */
export function enginePackages(artifacts: string): ShippedPackage[] {
  const manifest = readJson<EngineManifest>(join(artifacts, 'manifest.json'));
  const licenses = readJson<ModuleLicenses>(join(artifacts, 'licenses.json'));
  return engineModules(manifest).map((key) => {
    const found = licenses.modules[key];
    if (found === undefined) {
      throw new Error(`licenses.json lacks ${key}: run npm run engines:licenses`);
    }
    const at = key.lastIndexOf('@');
    return {
      name: key.slice(0, at),
      version: key.slice(at + 1),
      license: found.license,
      purl: `pkg:golang/${key}`,
      texts: found.texts.map((text) => licenses.texts[text] ?? ''),
    };
  });
}

function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, 'utf8')) as Content;
}
