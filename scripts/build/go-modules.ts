import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineManifest } from '#io/engine/artifacts.ts';
import type { ShippedPackage } from './packages.ts';

/** Licences of the Go modules inside the engines: `engines/artifacts/licenses.json`. */
export interface ModuleLicenses {
  /** Licence and notice texts, by the start of their SHA-256 digest. */
  readonly texts: Readonly<Record<string, string>>;
  /** SPDX expression and keys of the texts, by `path@version`. */
  readonly modules: Readonly<
    Record<string, { readonly license: string; readonly texts: readonly string[] }>
  >;
}

/** Returns `path@version` of each Go module inside the engines, the standard library as `std`. */
export function engineModules(manifest: EngineManifest): string[] {
  const found = Object.values(manifest).flatMap(({ go, modules }) => [
    `std@${go.slice('go'.length)}`,
    ...Object.entries(modules).map(([path, version]) => `${path}@${version}`),
  ]);
  return [...new Set(found)].toSorted();
}

/** Returns the Go modules inside the engines as shipped packages; throws if a module has no licence. */
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
