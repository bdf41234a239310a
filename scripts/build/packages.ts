import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package whose code is part of the installed package. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** Licence, as an SPDX expression. */
  readonly license: string;
  /** Package URL, https://github.com/package-url/purl-spec. */
  readonly purl: string;
  /** Texts of the licence and notice files. */
  readonly texts: readonly string[];
}

const nodeModules = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const licenseFile = /^(un)?licen[cs]e|^notice|^copying/i;

/** Returns the npm packages that have code in the bundle, sorted by name and version. */
export function bundledPackages(root: string, metafile: Metafile): ShippedPackage[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [input] : [],
    ),
  );
  const folders = new Set(inputs.flatMap((input) => nodeModules.exec(input)?.[0] ?? []));
  return byName([...folders].map((folder) => readPackage(join(root, folder))));
}

function readPackage(folder: string): ShippedPackage {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { readonly name: string; readonly version: string; readonly license?: string };
  if (license === undefined) throw new Error(`${name} ${version} declares no license`);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { name, version, license, purl, texts: licenseTexts(folder) };
}

/**
 * Returns the texts of the licence and notice files of a package.
 *
 * @throws Error when the package has no such file
 */
export function licenseTexts(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && licenseFile.test(file.name))
    .map(({ name }) => name);
  if (files.length === 0) throw new Error(`${folder} has no license file`);
  return files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** Sorts packages by name and version and drops duplicates. */
export function byName(packages: readonly ShippedPackage[]): ShippedPackage[] {
  const distinct = new Map(packages.map((shipped) => [shipped.purl, shipped]));
  return [...distinct.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
}
