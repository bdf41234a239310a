/**
 * `npm run house [-- --language [PATH …]]`: measures what ARCHITECTURE.md promises of the code: sizes, import
 * cycles, import rules and language. Prints a table and exits with 1 over a limit. With --language it
 * checks the language only, of all files or of those below the paths.
 */
import { join } from 'node:path';
import { findCycles, folderEdges, importEdges } from './house/imports.ts';
import {
  checkLanguage,
  type Prose,
  patterns,
  proseOfFiles,
  proseOfSource,
  type Violation,
} from './house/language.ts';
import { forbiddenImports } from './house/rules.ts';
import { fileSize, isTest, measureRooms, quantile, type Sized } from './house/sizes.ts';
import { readSources, type Source } from './house/sources.ts';

const root = join(import.meta.dirname, '..');
const limits = {
  fileMedian: 100,
  fileMax: 250,
  functionMedian: 12,
  functionP95: 30,
  functionMax: 40,
};

const languageOnly = process.argv.includes('--language');
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const sources = readSources(root);
const problems = languageOnly
  ? languageProblems()
  : [...sizeProblems(), ...cycleProblems(), ...languageProblems()];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function sizeProblems(): string[] {
  const sizes = measureRooms(sources);
  const row = (name: string, files: readonly Sized[], functions: readonly Sized[]): void => {
    const three = (of: readonly Sized[]): string =>
      [quantile(of, 0.5), quantile(of, 0.95), quantile(of, 1)].join('/');
    const lines = files.reduce((sum, file) => sum + file.lines, 0);
    console.log(
      `| ${name} | ${files.length} | ${lines} | ${three(files)} | ${functions.length} | ${three(functions)} |`,
    );
  };
  console.log('| room | files | lines | file median/p95/max | functions | median/p95/max |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const { room, files, functions } of sizes) row(room, files, functions);
  const files = sizes.flatMap((room) => room.files);
  const functions = sizes.flatMap((room) => room.functions);
  row('product', files, functions);
  const tests = sources.filter(({ path }) => isTest(path)).map(fileSize);
  row('tests', tests, []);
  return [
    ...[...files, ...tests].filter(over(limits.fileMax)).map(tooLong('file', limits.fileMax)),
    ...functions.filter(over(limits.functionMax)).map(tooLong('function', limits.functionMax)),
    ...aboveLimit('median file', quantile(files, 0.5), limits.fileMedian),
    ...aboveLimit('median function', quantile(functions, 0.5), limits.functionMedian),
    ...aboveLimit('95th percentile of functions', quantile(functions, 0.95), limits.functionP95),
  ];
}

function over(limit: number): (size: Sized) => boolean {
  return ({ lines }) => lines > limit;
}

function tooLong(kind: string, limit: number): (size: Sized) => string {
  return ({ place, lines }) => `${place}: a ${kind} of ${lines} lines, the limit is ${limit}`;
}

function aboveLimit(name: string, lines: number, limit: number): string[] {
  return lines > limit ? [`the ${name} has ${lines} lines, the limit is ${limit}`] : [];
}

function cycleProblems(): string[] {
  const edges = importEdges(sources);
  const ofFiles = findCycles(edges);
  const ofFolders = findCycles(folderEdges(edges));
  console.log(
    `\n${edges.length} imports, ${ofFiles.length} cycles of files, ${ofFolders.length} cycles of folders`,
  );
  return [
    ...[...ofFiles, ...ofFolders].map((cycle) => `import cycle: ${cycle.join(', ')}`),
    ...forbiddenImports(edges).map(({ from, to }) => `${from} may not import ${to}`),
  ];
}

function languageProblems(): string[] {
  const prose = [...sources.filter(hasProse).flatMap(proseOfSource), ...proseOfFiles(root)];
  const isSelected = ({ place }: Prose): boolean =>
    only.length === 0 || only.some((path) => place.startsWith(path));
  const violations = checkLanguage(prose.filter(isSelected));
  console.log(`\n| pattern | count in ${prose.length} comments, strings, names and paragraphs |`);
  console.log('| --- | --- |');
  for (const [name, count] of countByPattern(violations)) console.log(`| ${name} | ${count} |`);
  return violations.map(
    ({ place, pattern, text }) => `${place}: "${pattern.name}": ${excerpt(text)}`,
  );
}

/** The patterns themselves and their test contain what they forbid. */
function hasProse({ path }: Source): boolean {
  return path !== 'scripts/house/language.ts' && path !== 'test/docs/language.test.ts';
}

function countByPattern(violations: readonly Violation[]): Map<string, number> {
  const counts = new Map(patterns.map(({ name }) => [name, 0]));
  for (const { pattern } of violations) {
    counts.set(pattern.name, (counts.get(pattern.name) ?? 0) + 1);
  }
  return counts;
}

function excerpt(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
