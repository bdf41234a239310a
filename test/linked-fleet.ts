import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileDirectory } from '#cli/fleet/compile.ts';
import type { CompileResult } from '#cli/fleet/compile-result.ts';
import { clusterNamed, configMapsTo } from './one-member.ts';

export function configMap(name: string, value = 'given'): string {
  const head = 'apiVersion: v1\nkind: ConfigMap\n';
  return `${head}metadata: {name: ${name}, namespace: default}\ndata: {value: ${value}}\n`;
}

/** The file in each source folder, by folder. */
export const sources: Readonly<Record<string, string>> = {
  clusters: clusterNamed('member1'),
  policies: configMapsTo('member1'),
  templates: configMap('plain'),
};

/** A small fleet repository, with a folder beside it that does not belong to it. */
export class LinkedFleet {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'regatta-links-'));
  readonly path: string = join(this.folder, 'fleet');
  readonly outside: string = join(this.folder, 'outside');

  /** Restores the initial files. */
  reset(): void {
    for (const path of [this.path, this.outside]) rmSync(path, { recursive: true, force: true });
    for (const [folder, text] of Object.entries(sources)) this.write(`${folder}/file.yaml`, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    symlinkSync(target, join(this.path, path));
  }

  /** Writes the same files into `real`, `.git` and the folder outside, and points `link` to the target. */
  linkTo(target: string, files: Readonly<Record<string, string>>): void {
    for (const top of ['real', '.git', '../outside']) {
      mkdirSync(join(this.path, top), { recursive: true });
      for (const [path, text] of Object.entries(files)) this.write(`${top}/${path}`, text);
    }
    this.link('second', 'real');
    this.link('folder/out', '../../outside');
    this.link('circle', 'link');
    this.link('link', target === 'ABSOLUTE' ? join(this.path, 'real') : target);
  }

  async compile(): Promise<CompileResult & { readonly codes: readonly string[] }> {
    const result = await compileDirectory(this.path);
    return { ...result, codes: [...new Set(result.diagnostics.map(({ code }) => code))] };
  }

  /** Returns the text of a rendered ConfigMap. */
  rendered(name: string): string {
    const file = `rendered/member1/default/configmap_${name}.yaml`;
    return readFileSync(join(this.path, file), 'utf8');
  }
}

/** Targets of `link`, and the codes that a compile reports. */
export const links: readonly {
  readonly leads: string;
  readonly target: string;
  readonly want: readonly string[];
}[] = [
  { leads: 'inside the repository', target: 'real', want: [] },
  { leads: 'inside the repository through another link', target: './folder/../second', want: [] },
  { leads: 'out of the repository', target: '../outside', want: ['build/outside'] },
  {
    leads: 'out of the repository through a folder',
    target: 'folder/out',
    want: ['build/outside'],
  },
  { leads: 'to an absolute path', target: 'ABSOLUTE', want: ['build/outside'] },
  { leads: 'into .git', target: '.git', want: ['build/outside'] },
  { leads: 'in a circle', target: 'circle', want: ['read/unreadable'] },
  { leads: 'to nothing', target: 'nothing', want: ['read/unreadable'] },
];
