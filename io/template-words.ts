/** What kustomize and Helm say, as people are told it. */
import type { ProcessResult } from './template-process.ts';

/** What went wrong, in the program's words but for paths of this machine. */
export function complaintOf({ stderr }: ProcessResult, directory: string): string {
  const text = unwrapLog(stderr)
    .replaceAll(`${directory}/`, '')
    .replaceAll(directory, '.')
    .replaceAll(/^(Error|error): |^Use --debug flag.*$/gm, '')
    .replaceAll(/\.regatta-\d+/g, '.')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(wrapped, '');
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** Some builds of kubectl have what went wrong in a line of their log. */
function unwrapLog(text: string): string {
  const [, line, block] =
    /^E\d{4} .*\] "command failed" err=(?:(".*")|<\n([\s\S]*?)\n >)\s*$/.exec(text) ?? [];
  return block ?? (line === undefined ? text : unquote(line));
}

function unquote(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What kustomize says first of every fault, because of the kustomization around. */
const wrapped =
  /^accumulating resources: accumulation err='accumulating resources from '\.\.\/[^']*': '[^']*' must resolve to a file': (recursed accumulation of path '[^']*': )?/;

/** Longer complaints are cut, in characters. */
const maxLength = 500;
