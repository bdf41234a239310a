/** Texts for which YAML readers may differ. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { oddTexts } from './odd-texts.ts';

const root = join(import.meta.dirname, '../..');

/** Manifests of examples and tests. */
export const manifests: readonly string[] = ['examples', 'deploy', 'repo-template', 'test/golden']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .filter((text) => text.length < 4000);

/** Pieces with a meaning in YAML. */
const pieces = [
  ...[
    'a',
    'key',
    'b c',
    'é',
    '😀',
    '1',
    '0x1F',
    '017',
    '1_000',
    '.5',
    '1e3',
    'null',
    '~',
    'yes',
    'y',
  ],
  ...[
    ': ',
    ':',
    ':\n',
    '- ',
    '-',
    '? ',
    '?',
    '\n',
    '\n  ',
    '\n    ',
    ' ',
    '  ',
    '\t',
    '\r\n',
    '\r',
    '\u2028',
  ],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ', ',
    '"',
    "'",
    '#',
    ' # c',
    '|',
    '>',
    '|-',
    '>+',
    '|2',
    '|\n  a\n',
    '\\',
    '\\n',
  ],
  ...[
    '&a ',
    '*a',
    '&b ',
    '*b',
    '!!str ',
    '!x ',
    '! ',
    '<<: ',
    '<<: *a\n',
    '!!int ',
    '!!float ',
    '!!binary aGk=',
  ],
  ...[
    '---',
    '\n---\n',
    '...',
    '\n...\n',
    '\ufeff',
    '%',
    '%YAML 1.1\n',
    '@',
    '`',
    '=',
    '"x"',
    "'y'",
    '.inf',
  ],
  ...[
    'a: b\n',
    '- c\n',
    '"a": 1',
    '{"a": 1}',
    '12:30:45',
    '2001-01-01',
    'a: &a {k: v}\n',
    'x: "a\n  b"\n',
  ],
];

/** Texts of arbitrary pieces. Most of them are not YAML. */
export const soup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.constantFrom(...oddTexts)),
    {
      maxLength: 14,
    },
  )
  .map((parts) => `${parts.join('')}\n   `);

/** How a value is written: choices that do not change it, in turn. */
interface Style {
  readonly choices: readonly number[];
  next: number;
}

function choose(style: Style, count: number): number {
  const choice = style.choices[style.next++ % style.choices.length] ?? 0;
  return choice % count;
}

const scalar = fc.oneof(
  fc.constantFrom(...oddTexts, ...pieces).filter((text) => text.length < 50),
  fc.constantFrom(
    '1',
    '-7',
    '0x10',
    '1.5',
    'true',
    'no',
    '~',
    'plain text',
    '"quoted"',
    "'single'",
  ),
);

type Tree = string | readonly Tree[] | ReadonlyMap<string, Tree>;

const tree = fc.letrec<{ node: Tree }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.array(fc.tuple(scalar, tie('node')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
})).node;

/** Documents with nested collections in various styles, with anchors, aliases, tags and comments. */
export const documents: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(tree, { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(1000), { minLength: 8, maxLength: 40 }),
  )
  .map(([trees, choices]) => {
    const style: Style = { choices, next: 0 };
    const texts = trees.map((each) => write(each, 0, style).replace(/^\n/, ''));
    return texts.join(choose(style, 3) === 0 ? '\n--- # next\n' : '\n---\n');
  });

const properties = ['', '', '', '', '', '&a ', '&b ', '!!map ', '!t ', '!!str '];

function write(node: Tree, indent: number, style: Style): string {
  const before = properties[choose(style, properties.length)] ?? '';
  if (choose(style, 15) === 0) return '*a';
  if (typeof node === 'string') return before + writeScalar(node, style);
  if (choose(style, 3) === 0) return before + writeFlow(node, style);
  const step = choose(style, 3) + (node instanceof Map ? 1 : 0);
  return before + writeBlock(node, indent + step, style);
}

function writeScalar(text: string, style: Style): string {
  const quoted = [text, text, `"${text.replaceAll('"', '')}"`, `'${text.replaceAll("'", "''")}'`];
  const form = quoted[choose(style, quoted.length)] ?? '';
  return choose(style, 10) === 0 ? `${form} # comment` : form;
}

function writeBlock(node: Exclude<Tree, string>, indent: number, style: Style): string {
  const lines =
    node instanceof Map
      ? [...node].map(
          ([key, value]) => `${writeScalar(key, style)}: ${write(value, indent, style)}`,
        )
      : [...node.values()].map((item) => `- ${write(item as Tree, indent + 2, style)}`);
  if (lines.length === 0) return node instanceof Map ? '{}' : '[]';
  return lines.map((line) => `\n${' '.repeat(indent)}${line}`).join('');
}

function writeFlow(node: Exclude<Tree, string>, style: Style): string {
  const gap = [' ', '', '\n', '\n  ', '\t', ' # c\n'][choose(style, 6)] ?? '';
  const inner = (each: Tree) =>
    typeof each === 'string' ? writeScalar(each, style) : writeFlow(each, style);
  if (!(node instanceof Map)) {
    const items = [...node.values()].map((item) => inner(item as Tree));
    return `[${gap}${items.join(`,${gap}`)}${gap}]`;
  }
  const fields = [...node].map(([key, value]) => `${writeScalar(key, style)}: ${inner(value)}`);
  return `{${gap}${fields.join(`,${gap}`)}${gap}}`;
}

/** Manifests with a few changes: pieces inserted, characters and lines removed or repeated. */
export const mutations: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...manifests),
    fc.array(fc.tuple(fc.nat(4), fc.nat(4000), fc.constantFrom(...pieces)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, changes]) => changes.reduce(mutate, text))
  // kubectl gives up when less than four bytes follow a JSON object.
  .map((text) => (/^\s*\{/.test(text) ? `${text}\n    ` : text));

function mutate(text: string, [kind, place, piece]: readonly [number, number, string]): string {
  const at = place % (text.length + 1);
  const lineEnd = text.indexOf('\n', at) + 1;
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + text.slice(lineEnd);
  if (kind === 2) return text.slice(0, lineEnd) + text.slice(at);
  if (kind === 3) return `${text.slice(0, lineEnd)}  ${text.slice(lineEnd)}`;
  return text.slice(0, at) + piece + text.slice(at);
}
