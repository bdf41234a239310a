import { join } from 'node:path';
import { type Node, nodesOf, readSources, type Source } from '../../scripts/house/sources.ts';

const root = join(import.meta.dirname, '../..');

/** The sources of the compiler and of the model. */
export const sources: readonly Source[] = readSources(root).filter(({ path }) =>
  /^(compiler|model)\//.test(path),
);

/** A part of a syntax tree, with the fields that this file reads. */
interface Part extends Node {
  readonly key?: { readonly name?: string; readonly value?: unknown };
  readonly id?: { readonly name?: string };
  readonly name?: string;
  readonly value?: unknown;
  readonly properties?: readonly Part[];
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
}

/** The texts of the hints of one diagnostic code in the compiler's sources. */
export interface CodeHints {
  readonly code: string;
  /** Whether some diagnostic of the code may be an error. */
  readonly isError: boolean;
  /** `…` stands for what a template inserts. */
  readonly hints: ReadonlySet<string>;
}

/** Returns the hints of each diagnostic code, as the sources of the compiler have them. */
export function hintsByCode(): readonly CodeHints[] {
  const reports = objectsInSources().flatMap(({ node, declared }) => {
    const code = propertyOf(node, 'code');
    const codes = code === undefined ? [] : textsOf(code, declared, maxDepth);
    const hints = hintsOf(node, declared);
    return codes
      .filter((name) => /^[a-z]+\/[a-z-]+$/.test(name))
      .map((name) => ({ name, hints, isError: mayBeError(node, declared) }));
  });
  return [...Map.groupBy(reports, ({ name }) => name)].map(([code, same]) => ({
    code,
    isError: same.some(({ isError }) => isError),
    hints: new Set(same.flatMap(({ hints }) => hints)),
  }));
}

function mayBeError(node: Part, declared: Declared): boolean {
  const severity = propertyOf(node, 'severity');
  const words = severity === undefined ? [] : textsOf(severity, declared, maxDepth);
  return words.length === 0 || words.includes('error');
}

/** Returns every text that is a hint or that a hint consists of, whatever its code. */
export function allHints(): readonly string[] {
  const hints = objectsInSources().flatMap(({ node, declared }) => hintsOf(node, declared));
  return [...new Set(hints)];
}

/** The functions and constants by name: those of the same file, or else those of the compiler. */
type Declared = (name: string) => readonly Part[];

function objectsInSources(): readonly { readonly node: Part; readonly declared: Declared }[] {
  const everywhere = declarationsIn(sources.flatMap(partsOf));
  return sources.flatMap((source) => {
    const parts = partsOf(source);
    const here = declarationsIn(parts);
    const declared = (name: string) => here.get(name) ?? single(everywhere.get(name));
    return parts
      .filter(({ type }) => type === 'ObjectExpression')
      .map((node) => ({ node, declared }));
  });
}

function partsOf({ program }: Source): readonly Part[] {
  return [...nodesOf(program)] as Part[];
}

/** Several files may declare a name that a file imports. Only one of them would be meant. */
function single(declarations: readonly Part[] = []): readonly Part[] {
  return declarations.length === 1 ? declarations : [];
}

function declarationsIn(parts: readonly Part[]): ReadonlyMap<string, readonly Part[]> {
  const named = parts.filter(
    ({ type, id }) => /^(FunctionDeclaration|VariableDeclarator)$/.test(type) && id?.name,
  );
  return Map.groupBy(named, ({ id }) => id?.name ?? '');
}

function propertyOf(node: Part, name: string): Part | undefined {
  return node.properties?.find(({ key }) => key?.name === name)?.value as Part | undefined;
}

function hintsOf(node: Part, declared: Declared): readonly string[] {
  const hint = propertyOf(node, 'hint');
  const spread = (node.properties ?? []).filter(({ type }) => type === 'SpreadElement');
  const inner = spread.flatMap((part) => ([...nodesOf(part)] as Part[]).slice(1));
  const spreadHints = inner.flatMap((part) => propertyOf(part, 'hint') ?? []);
  return [hint, ...spreadHints]
    .flatMap((part) => (part === undefined ? [] : textsOf(part, declared, 0)))
    .filter((text) => text.includes(' '));
}

/** How far a text is followed through the names of functions and constants. */
const maxDepth = 3;

/** Returns the texts in an expression, and in the functions and constants that it names. */
function textsOf(part: Part, declared: Declared, depth: number): readonly string[] {
  return ([...nodesOf(part)] as Part[]).flatMap((node) => {
    if (node.type === 'TemplateLiteral') {
      return [(node.quasis ?? []).map(({ value }) => value.cooked).join('…')];
    }
    if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
    if (node.type !== 'Identifier' || depth === maxDepth) return [];
    return declared(node.name ?? '').flatMap((one) => textsOf(one, declared, depth + 1));
  });
}
