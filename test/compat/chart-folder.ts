import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readFiles } from '#io/files/files.ts';
import type { FileMap } from '#model/files.ts';
import type { ChartDocument } from '#model/template-build.ts';
import type { ChartFiles } from './chart-parts.ts';

/** A temporary folder with a chart. */
export interface ChartFolder {
  /** Parent folder of the chart's folder `web`. */
  readonly root: string;
  readonly files: FileMap;
  remove(): void;
}

/** Writes a chart to a new folder. */
export function writeChart(files: ChartFiles): ChartFolder {
  const root = mkdtempSync(join(tmpdir(), 'regatta-chart-'));
  for (const [path, content] of Object.entries(files)) write(join(root, 'web', path), content);
  return {
    root,
    files: readFiles(root, ['web']),
    remove: () => rmSync(root, { recursive: true }),
  };
}

function write(path: string, content: ChartFiles[string]): void {
  mkdirSync(dirname(path), { recursive: true });
  const isFile = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(path, isFile ? content : pack(basename(path, '.tgz'), content));
}

/** Returns a packaged chart like `helm package`. */
function pack(title: string, files: ChartFiles): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-pack-'));
  const name = title.replace(/-\d.*/, '');
  try {
    for (const [path, content] of Object.entries(files)) write(join(folder, name, path), content);
    execFileSync('tar', ['-czf', join(folder, 'packed'), '-C', folder, name]);
    return readFileSync(join(folder, 'packed'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the output of `helm template`. */
export function printedText(documents: readonly ChartDocument[]): string {
  const print = ({ source, text }: ChartDocument) => `---\n# Source: ${source}\n${text}\n`;
  const objects = documents.filter(({ hook }) => hook === undefined);
  const hooks = documents.filter(({ hook }) => hook !== undefined);
  return `${objects.map(print).join('').trim()}\n${hooks.map(print).join('')}`;
}
