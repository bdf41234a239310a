import { holdsSecrets, plainSecretsOf } from '#model/hidden-value.ts';
import { Redactor } from '#model/redaction.ts';
import { isAboutSecrets, isBuildInput } from '#model/secrecy.ts';
import { secretLines } from '#model/secret-lines.ts';
import { changedFiles } from '#model/snapshot.ts';
import type { Cause } from './review.ts';
import {
  objectsIn,
  type ReviewedCommit,
  type ReviewedCommits,
  textIn,
} from './reviewed-commits.ts';

/** Reports whether a review must not show the text of a source line. */
export type IsSecretLine = (line: Cause) => boolean;

/**
 * Returns which changed source lines a review names without their text: lines whose key looks secret, lines of
 * files about Secrets, lines with a value of a Secret of either commit, and, if a Secret changes, all lines of
 * files with values for builds, because a chart may compute the Secret from any of them.
 */
export function secretSources(commits: ReviewedCommits): IsSecretLine {
  const { before, after, changedLines } = commits;
  const removed = new Set(changedLines.removed);
  const values = secretValues(commits);
  const changesSecret = changedFiles(before.snapshot, after.snapshot).some(({ path }) =>
    isSecretPath(path),
  );
  const sides = [before, after].map((commit) =>
    remembered((file) => factsOf(commits, commit, file)),
  );
  return (line) => {
    const facts = sides[removed.has(line) ? 0 : 1]?.(line.file);
    if (facts === undefined || facts.isAboutSecrets || facts.lines.has(line.line)) return true;
    if (values.redactor.redact(line.text) !== line.text) return true;
    const isValue = () => line.text.split(/[\s"',:=[\]{}]+/).some((word) => values.short.has(word));
    return facts.isBuildInput && (changesSecret || isValue());
  };
}

/** Reports whether a rendered file, by its path in any snapshot, is that of a Secret. */
function isSecretPath(path: string): boolean {
  return /(^|\/)secret[._][^/]*$/.test(path);
}

/** Returns the content ids of the Secrets of a commit, also of those that a compile would remove. */
export function secretContents({
  snapshot,
  committed = snapshot,
}: Pick<ReviewedCommit, 'snapshot' | 'committed'>): readonly string[] {
  return [...snapshot.files, ...committed.files].flatMap(([path, id]) =>
    isSecretPath(path) ? [id] : [],
  );
}

/** What decides about the lines of one source file. */
interface FileFacts {
  readonly isAboutSecrets: boolean;
  readonly isBuildInput: boolean;
  /** Numbers of the lines whose key looks secret. */
  readonly lines: ReadonlySet<number>;
}

function factsOf(
  { texts }: ReviewedCommits,
  { sources }: ReviewedCommit,
  file: string,
): FileFacts | undefined {
  const read = (path: string) => {
    const id = sources.get(path);
    return id === undefined ? undefined : textIn(texts, id);
  };
  const text = read(file);
  if (text === undefined) return undefined;
  return {
    isAboutSecrets: isAboutSecrets(file, read),
    isBuildInput: isBuildInput(file, text),
    lines: secretLines(text),
  };
}

function remembered<T>(compute: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>();
  return (file) => {
    const facts = known.get(file) ?? compute(file);
    known.set(file, facts);
    return facts;
  };
}

/** Returns the values of the Secrets of both commits, as far as `texts` has them. */
function secretValues(commits: ReviewedCommits) {
  const redactor = new Redactor();
  const short = new Set<string>();
  const ids = [commits.before, commits.after].flatMap(secretContents);
  for (const id of new Set(ids)) {
    const objects = commits.texts.has(id) ? objectsIn(commits, id) : [];
    for (const value of objects.filter(holdsSecrets).flatMap((one) => [...plainSecretsOf(one)])) {
      redactor.remember(value);
      if (value !== '' && value.length < 8) short.add(value);
    }
  }
  return { redactor, short };
}
