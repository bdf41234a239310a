/**
 * Finds the APIs that the repository defines on each cluster, before any chart is rendered. The policies place the
 * definitions by the same passes as all templates. What charts render takes no part, because it depends on the answer.
 */
import { buildKey } from '#model/template-build.ts';
import { apisOf, type DefinedApis, type DefinitionSources } from './build/definitions.ts';
import { builtObjects } from './build/objects.ts';
import { interpret, label, parse, place, select } from './decide.ts';
import type { Built, Configured, Parsed, Read, Snapshot } from './decisions.ts';
import type { RawObject } from './parse/documents.ts';
import { passesOver } from './pass.ts';
import { rememberObjects } from './remember/texts.ts';

type State = Snapshot & Pick<Configured, 'settings'>;

/** Returns the APIs that the repository defines; undefined while a kustomization has no result. */
export function placeDefinitions(
  state: State,
  { plain, crds, kustomizations }: DefinitionSources,
): DefinedApis | undefined {
  const { files, options, memo } = state;
  const { builds: results = new Map() } = options;
  if (kustomizations.some(({ build }) => !results.has(buildKey(build)))) return undefined;
  const read = rememberObjects(memo);
  const plan = { builds: kustomizations };
  const texts = (paths: readonly string[]) =>
    paths.flatMap((file) => {
      const text = files.get(file);
      return typeof text === 'string' && mentions(text) ? [{ file, text }] : [];
    });
  const built = [
    ...texts(crds).flatMap((source) => read(source, () => {})),
    ...builtObjects(plan, { files, results, read, noteHook: () => {} }, () => {}),
  ].filter(isRelevant);
  const sources = texts(plain.filter((path) => !/(^|\/)\./.test(path)));
  const isDefined = built.some(isDefinition) || sources.some(({ text }) => text.includes(kind));
  return isDefined ? definedBy({ ...state, sources, built }) : () => [];
}

const kind = 'CustomResourceDefinition';
const groups = ['cluster.karmada.io/', 'policy.karmada.io/'];

/** Reports whether a text may contain a definition, a policy or a cluster. */
function mentions(text: string): boolean {
  return text.includes(kind) || groups.some((group) => text.includes(group));
}

function isRelevant(raw: RawObject): boolean {
  const { apiVersion } = raw.value;
  return isDefinition(raw) || groups.some((group) => String(apiVersion).startsWith(group));
}

function isDefinition({ value }: RawObject): boolean {
  return value.kind === kind;
}

const deciding = passesOver<Snapshot & Configured & Built & Read>()
  .add(parse)
  .add(onlyDefinitions)
  .add(select)
  .add(label)
  .add(interpret)
  .add(place);

function onlyDefinitions({ repository }: Parsed): Pick<Parsed, 'repository'> {
  const templates = repository.templates.filter(({ object }) => object.kind === kind);
  return { repository: { ...repository, templates } };
}

/** Places the definitions as a compile does. Their faults are reported by the compile. */
function definedBy(state: State & Pick<Built, 'built'> & Pick<Read, 'sources'>): DefinedApis {
  const existing = new Map(
    state.existing.entries().filter(([, text]) => typeof text === 'string' && text.includes(kind)),
  );
  const nowhere = () => ({ file: '', line: 1, column: 1 });
  const unused = { settingsAt: nowhere, buildFolders: [], leftOutHooks: [], lock: undefined };
  const given = { ...state, existing, ...unused };
  const apis = new Map<string, string[]>();
  for (const { template, clusters } of deciding.run(given, () => {}).placed) {
    for (const { name } of clusters) {
      apis.set(name, [...(apis.get(name) ?? []), ...apisOf(template.object)]);
    }
  }
  return (cluster) => apis.get(cluster) ?? [];
}
