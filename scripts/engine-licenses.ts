/**
 * `npm run engines:licenses`: collects the licence and notice texts of the Go modules inside the
 * engines into engines/artifacts/licenses.json, which the build reads without Go. Run it after `npm run engines`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineManifest } from '#io/engine/artifacts.ts';
import { engineModules, type ModuleLicenses } from './build/go-modules.ts';
import { licenseTexts } from './build/packages.ts';

/** A sentence of each licence, in the order in which they are looked for. */
const licenseMarks: readonly (readonly [id: string, mark: RegExp])[] = [
  ['Apache-2.0', /Apache License,?\s+Version 2\.0/],
  ['MPL-2.0', /Mozilla Public License,? (Version|version) 2\.0/],
  [
    'BSD-3-Clause',
    /Redistribution and use in source and binary forms[\s\S]*(Neither the name|endorse or promote)/,
  ],
  [
    'BSD-2-Clause',
    /Redistribution and use in source and binary forms(?![\s\S]*(Neither the name|endorse or promote))/,
  ],
  ['MIT', /Permission is hereby granted, free of charge/],
  ['ISC', /Permission to use, copy, modify, and\/or distribute/],
];

const artifacts = join(import.meta.dirname, '../engines/artifacts');
const manifest = JSON.parse(
  readFileSync(join(artifacts, 'manifest.json'), 'utf8'),
) as EngineManifest;
const texts: Record<string, string> = {};
const modules: Record<string, { license: string; texts: string[] }> = {};
for (const module of engineModules(manifest)) {
  const found = licenseTexts(folderOf(module));
  modules[module] = { license: identify(module, found.join('\n')), texts: found.map(store) };
}
const licenses: ModuleLicenses = {
  texts: Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1))),
  modules,
};
writeFileSync(join(artifacts, 'licenses.json'), `${JSON.stringify(licenses, null, 2)}\n`);
console.log(`${Object.keys(modules).length} modules, ${Object.keys(texts).length} texts`);

/** Returns the folder with the sources of a module, which Go downloads if necessary. */
function folderOf(module: string): string {
  if (module.startsWith('std@')) return go('env', 'GOROOT').trim();
  const { Dir } = JSON.parse(go('mod', 'download', '-json', module)) as { readonly Dir: string };
  return Dir;
}

function go(...args: string[]): string {
  return execFileSync('go', args, { encoding: 'utf8' });
}

function identify(module: string, text: string): string {
  const found = licenseMarks.filter(([, mark]) => mark.test(text)).map(([id]) => id);
  if (found.length === 0) throw new Error(`the license of ${module} is not one of the known ones`);
  return found.join(' AND ');
}

function store(text: string): string {
  const key = createHash('sha256').update(text).digest('hex').slice(0, 12);
  texts[key] = text;
  return key;
}
