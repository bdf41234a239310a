/** What kustomize and Helm say, as people are told it. */
import type { BuildResult } from '#model/template-build.ts';
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

/** Where two outputs differ first; not in what, since that may be secret. */
export function difference(first: string, second: string): BuildResult {
  const [a, b] = [first.split('\n'), second.split('\n')];
  const index = a.findIndex((line, at) => line !== b[at]);
  const above = a.slice(0, index < 0 ? a.length : index).findLast((line) => sourceLine.test(line));
  const [field = ''] = /^\s*(?:- )?[^:]*/.exec(a[index] ?? '') ?? [];
  return {
    type: 'varies',
    field: /:/.test(a[index] ?? '') ? field.replace(/^\s*- /, '').trim() : '',
    source: sourceLine.exec(above ?? '')?.[1] ?? '',
  };
}

const sourceLine = /^# Source: (.*)$/;
