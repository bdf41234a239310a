import type { Diagnostic } from '#model/diagnostic.ts';
import { NoSuchClusterError } from '#model/no-such-cluster.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import type { Profile } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { askInParts } from '#traffic/ask/in-parts.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';
import type { Question } from '#traffic/ask/traffic.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { readInputs } from '../fleet/inputs.ts';
import { readSettings } from '../fleet/read.ts';
import { renderInputs } from '../fleet/render.ts';
import { compiledFleet, type FleetInputs, templatesNaming } from './compiled.ts';
import { codeIdentity, prepareEngine, remembered, rememberedTraffic } from './generate.ts';
import { locatedRules, nameIn, type TrafficAnswer } from './located.ts';
import { renderedMeshes } from './meshes.ts';

/** An answer with the errors of the sources. Faulty objects carry no traffic. */
export interface Answered {
  readonly answer: TrafficAnswer;
  readonly faults: readonly Diagnostic[];
}

/**
 * Answers a question about the meshes of the fleet repository in a directory. Remembers the answer for the same sources.
 *
 * @throws NoSuchObjectError if the fleet has no mesh, or no workload has the name of the caller
 * @throws NoSuchClusterError if no mesh has the cluster of the caller
 * @throws Error when the engine could not answer, or `directory` is not a directory
 */
export async function answerTraffic(
  directory: string,
  profile: Profile,
  question: Question,
): Promise<Answered> {
  const settings = readSettings(directory);
  const inputs = await readInputs({ directory }, settings, profile);
  const fleet = { directory, settings, profile, inputs };
  const { query, from } = question;
  const asked = { ...query, headers: [...(query?.headers ?? [])], from };
  const code = codeIdentity(import.meta);
  return remembered([code, inputs.digest, asked], () => answerNow(fleet, question), isWhole);
}

/** The errors of faulty sources are found again, because they may be those of a download. */
function isWhole({ faults }: Answered): boolean {
  return faults.length === 0;
}

async function answerNow(fleet: FleetInputs, question: Question): Promise<Answered> {
  if (mayHaveMesh(fleet)) prepareEngine();
  const compiled = compiledFleet(fleet);
  if (compiled === undefined) return answerRendered(fleet, question);
  const answers = await ask(meshesOf(compiled), question);
  const names = new Set(answers.flatMap(refsIn).map(nameIn));
  const templates = templatesNaming(fleet.inputs, names);
  const rules = locatedRules(answers, templates);
  return { answer: { meshes: answers, rules }, faults: [] };
}

async function answerRendered(
  { inputs, profile }: FleetInputs,
  question: Question,
): Promise<Answered> {
  const { rendition, diagnostics } = await renderInputs(inputs, profile);
  const answers = await ask(renderedMeshes(rendition), question);
  const templates: readonly Sourced[] = rendition.decisions.repository.templates;
  return {
    answer: { meshes: answers, rules: locatedRules(answers, templates) },
    faults: diagnostics.filter(({ severity }) => severity === 'error'),
  };
}

function mayHaveMesh({ settings, inputs }: FleetInputs): boolean {
  const { sources } = inputs.sources;
  return (
    settings.meshes.length > 0 ||
    sources.values().some((text) => typeof text === 'string' && text.includes('istio.io/'))
  );
}

function refsIn({ rows }: MeshTraffic): readonly string[] {
  return rows.flatMap(({ way }) => way.rule?.ref ?? []);
}

async function ask(all: readonly Mesh[], question: Question): Promise<readonly MeshTraffic[]> {
  const answers: MeshTraffic[] = [];
  for (const mesh of concerned(all, question)) {
    answers.push(await askInParts(mesh, question, rememberedTraffic));
  }
  return answers;
}

function concerned(meshes: readonly Mesh[], { from }: Question): readonly Mesh[] {
  if (meshes.length === 0) {
    throw new NoSuchObjectError(
      'the fleet has no mesh: declare it in spec.meshes of regatta.yaml, or render Istio’s kinds to a cluster',
    );
  }
  const { cluster } = from ?? {};
  if (cluster === undefined) return meshes;
  const own = meshes.filter(({ clusters }) => clusters.some(({ name }) => name === cluster));
  const known = meshes.flatMap(({ clusters }) => clusters.map(({ name }) => name));
  if (own.length === 0) throw new NoSuchClusterError([cluster], known);
  return own;
}
