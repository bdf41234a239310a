import { acceptAnnotation } from '#model/acceptance.ts';
import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { isFieldMap, valueAt } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { chartFolderOf, readReleases } from '../build/release.ts';
import { Remotes } from '../build/remote.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { type Acceptance, invalid, type Region } from './acceptance.ts';
import { type AcceptedLine, acceptedLines } from './lines.ts';

const path = ['metadata', 'annotations', acceptAnnotation];

/**
 * Returns what the objects in all source files accept by annotation: policies, templates, kustomizations and
 * the resources of builds. The annotation of a HelmRelease also covers the chart's files.
 */
export function annotatedAcceptances(
  files: FileMap,
  settings: FleetSettings,
  report: Report,
): readonly Acceptance[] {
  return [...files].flatMap(([file, text]) => {
    if (typeof text !== 'string' || !text.includes(acceptAnnotation)) return [];
    const objects = readObjects({ file, text }, () => {});
    const starts = objects.map(({ at }) => at(''));
    const charts = chartsOf(files, file, settings);
    return objects.flatMap((object, index) => {
      const from = starts[index] as Position;
      const own: Region = { path: file, from, to: starts[index + 1] };
      const chart = charts.get(from.line);
      const covers = chart === undefined ? [own] : [own, { path: chart }];
      return acceptancesOf({ object, text, covers }, report);
    });
  });
}

interface Annotated {
  readonly object: RawObject;
  readonly text: string;
  readonly covers: readonly Region[];
}

function acceptancesOf({ object, text, covers }: Annotated, report: Report): readonly Acceptance[] {
  const given = valueAt(object.value, path);
  if (given === undefined) return [];
  const at = object.at(pointerTo(path));
  const by = nameOf(object.value) ?? at.file;
  if (typeof given !== 'string') {
    report(invalid(at, { message: `${by}: ${acceptAnnotation} must be text`, hint: grammar }));
    return [];
  }
  const lines = acceptedLines(given, { text, at });
  for (const fault of faultsOf(lines, by)) report(fault);
  return lines
    .filter(({ reason }) => reason !== '')
    .map(({ code, reason, at }) => ({ code, reason, at, by, covers }));
}

const grammar = 'write one line for each code: `code: reason`';

function faultsOf(lines: readonly AcceptedLine[], by: string): readonly Diagnostic[] {
  return lines.flatMap(({ code, reason, at }, index) => {
    if (reason === '') {
      return [invalid(at, { message: `${by} accepts ${code} and gives no reason`, hint: grammar })];
    }
    const isTwice = lines.slice(0, index).some((other) => other.code === code);
    return isTwice
      ? [invalid(at, { message: `${by} accepts ${code} twice`, hint: 'keep one of the two' })]
      : [];
  });
}

/** Returns the folders of the charts of a file's HelmReleases, by the line in which the release begins. */
function chartsOf(
  files: FileMap,
  file: string,
  settings: FleetSettings,
): ReadonlyMap<number, string> {
  const remotes = new Remotes(files, settings, new Map());
  const folders = readReleases(files, [file]).flatMap((release) => {
    const folder = chartFolderOf(release, remotes, () => {});
    return folder ? [[release.at('').line, folder] as const] : [];
  });
  return new Map(folders);
}

/** Returns the name of an object for messages; undefined for a kustomization without a kind. */
function nameOf({ kind, metadata }: RawObject['value']): string | undefined {
  if (typeof kind !== 'string') return undefined;
  const { namespace, name } = isFieldMap(metadata) ? metadata : {};
  const whole = [namespace, name].filter((part) => typeof part === 'string').join('/');
  return whole === '' ? kind : `${kind} ${whole}`;
}
