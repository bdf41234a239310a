import type { ClusterObject } from '#model/binding.ts';
import { isHiddenField } from '#model/hidden-value.ts';
import { printManifest } from '#model/manifest.ts';
import { pathOf } from '#model/pointer.ts';
import { hiddenText } from '#model/redaction.ts';
import { renderedHeader } from '#model/rendered.ts';
import { secretLines } from '#model/secret-lines.ts';
import type { Decisions } from '../decisions.ts';
import { pointersByLine } from '../parse/positions.ts';
import type { Origin } from './origin.ts';
import { traceOrigins } from './origins.ts';
import { traceAt } from './trace.ts';

/** A line of a rendered file with its origin. */
export interface BlamedLine {
  readonly line: number;
  /** The line, without a value that is or looks secret. */
  readonly text: string;
  readonly origin: Origin;
}

/** A rendered file with the origin of each line. */
export interface Blame {
  readonly lines: readonly BlamedLine[];
  /** The whole file as compile writes it. */
  readonly text: string;
}

/** Returns the lines of a rendered object, each with the origin of its value. */
export function blame(rendered: ClusterObject, decisions: Decisions): Blame {
  const { object } = rendered;
  const text = `${renderedHeader}\n${printManifest(object)}`;
  const pointers = pointersByLine(text);
  const looking = secretLines(text);
  const trace = traceOrigins(rendered, decisions);
  let origin: Origin = { by: 'compile' };
  let path: readonly string[] = [];
  const lines = text
    .slice(0, -1)
    .split('\n')
    .map((content, index) => {
      const pointer = pointers.get(index + 1);
      // The following lines of a multi-line text have the origin of its first line.
      if (pointer !== undefined) {
        path = pathOf(pointer);
        origin = traceAt(trace, path).origin();
      }
      const isHidden = isHiddenField(object, path) || looking.has(index + 1);
      const shown = isHidden ? withoutValue(content, pointer) : content;
      return { line: index + 1, text: shown, origin };
    });
  return { lines, text };
}

/** Hides the value in a line. The name of the field stays visible. */
function withoutValue(line: string, pointer: string | undefined): string {
  const [indent = ''] = /^\s*(?:- +)*/.exec(line) ?? [];
  const key = pointer === undefined ? '' : (pathOf(pointer).at(-1) ?? '');
  if (key === '' || (/^\d+$/.test(key) && indent.endsWith('- '))) return `${indent}${hiddenText}`;
  return line === `${indent}${key}:` ? line : `${indent}${key}: ${hiddenText}`;
}
