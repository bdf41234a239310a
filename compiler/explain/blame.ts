import type { ClusterObject } from '#model/binding.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { pathOf } from '#model/pointer.ts';
import { renderedHeader } from '#model/rendered.ts';
import type { Decisions } from '../decisions.ts';
import { pointersByLine } from '../parse/positions.ts';
import type { Origin } from './origin.ts';
import { traceOrigins } from './origins.ts';
import { traceAt } from './trace.ts';

/** A line of a rendered file with its origin. */
export interface BlamedLine {
  readonly line: number;
  /** The line, without values of Secrets. */
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
      const shown = isSecret(object, path) ? withoutValue(content, pointer) : content;
      return { line: index + 1, text: shown, origin };
    });
  return { lines, text };
}

function isSecret({ apiVersion, kind }: KubeObject, path: readonly string[]): boolean {
  const isValue = path.length > 1 && (path[0] === 'data' || path[0] === 'stringData');
  return apiVersion === 'v1' && kind === 'Secret' && isValue;
}

/** Hides the value in a line. The name of the field stays visible. */
function withoutValue(line: string, pointer: string | undefined): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const key = pointer === undefined ? undefined : pathOf(pointer).at(-1);
  return key === undefined ? `${indent}(hidden)` : `${indent}${key}: (hidden)`;
}
