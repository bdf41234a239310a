import type { Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { byText } from '#model/object.ts';
import type { PlannedBuild } from './plan.ts';

/**
 * Where a program's complaint points: to the template that Helm names with its line; to the line of
 * the kustomization that names what the complaint is about; else to what was built.
 */
export function faultPosition(
  { build, at }: PlannedBuild,
  message: string,
  files: FileMap,
): Position {
  return (
    (build.type === 'helm'
      ? templatePosition(message, build.chart, files)
      : mentionPosition(message, at(''), files)) ?? at('')
  );
}

/** Helm names a template by the chart's name, `web/templates/app.yaml:7:20`, and a YAML line apart. */
function templatePosition(message: string, chart: string, files: FileMap): Position | undefined {
  const [, path = '', line, column] =
    /(?:^|[\s(])[\w.-]+\/((?:charts\/[\w.-]+\/)*(?:templates|crds)\/[^\s:()]+|values\.(?:yaml|schema\.json))(?::(\d+))?(?::(\d+))?/.exec(
      message,
    ) ?? [];
  const file = `${chart}/${path}`;
  if (path === '' || !files.has(file)) return undefined;
  return { file, line: Number(line ?? 1), column: Number(column ?? 0) + 1 };
}

/** The longest word of a kustomization that the complaint quotes. */
function mentionPosition(message: string, at: Position, files: FileMap): Position | undefined {
  const text = files.get(at.file);
  if (typeof text !== 'string') return undefined;
  const lines = text.split('\n');
  const words = lines.flatMap((line, index) =>
    [...line.matchAll(/[\w./-]{4,}/g)].map((match) => ({ index, match })),
  );
  const found = words
    .filter(({ match: [word] }) => message.includes(`'${word}'`) || message.includes(`"${word}"`))
    .toSorted((a, b) => b.match[0].length - a.match[0].length || byText(a.match[0], b.match[0]))[0];
  if (found === undefined) return undefined;
  return { file: at.file, line: found.index + 1, column: found.match.index + 1 };
}
