import { fileURLToPath } from 'node:url';

const isSource = import.meta.filename.endsWith('.ts');
const sources = {
  'compile-process': 'compile-process.ts',
  'members-process': 'members-process.ts',
  regatta: '../main.ts',
};

/** Returns the path of a program that a child process runs. The build puts it beside this chunk. */
export function programOf(name: keyof typeof sources): string {
  return fileURLToPath(new URL(isSource ? sources[name] : `${name}.mjs`, import.meta.url));
}
