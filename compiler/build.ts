/** The pass that plans the builds of templates and reads their objects. */
import type { Report } from '#model/diagnostic.ts';
import type { FileMap, OutputMap } from '#model/files.ts';
import { fleetFile } from '#model/fleet-file.ts';
import type { TemplateBuild } from '#model/template-build.ts';
import { builtObjects } from './build/objects.ts';
import { type BuildPlan, buildsOf, planBuilds } from './build/plan.ts';
import type { Built, CompileOptions, Configured, Snapshot } from './decisions.ts';
import { placeDefinitions } from './definitions.ts';
import type { RawObject } from './parse/documents.ts';
import { parseSettings } from './parse/settings.ts';
import { rememberObjects } from './remember/texts.ts';

export function build(state: Snapshot & Configured, report: Report): Built {
  const { files, options, memo } = state;
  const plan = planned(state, report);
  const leftOutHooks: RawObject[] = [];
  const inputs = {
    files,
    results: options.builds ?? new Map(),
    read: rememberObjects(memo),
    noteHook: (hook: RawObject) => leftOutHooks.push(hook),
  };
  const built = builtObjects(plan, inputs, report);
  return { built, buildFolders: plan.folders, leftOutHooks };
}

/**
 * Returns all builds of a compile, including those of charts that wait for results.
 *
 * @param options - as for the compile, with the results of the builds that `buildsFor` returned
 */
export function remainingBuilds(
  files: FileMap,
  existing: OutputMap,
  options: CompileOptions,
): readonly TemplateBuild[] {
  const { memo = new Map() } = options;
  const content = files.get(fleetFile);
  const settings = parseSettings(typeof content === 'string' ? content : undefined, () => {});
  return buildsOf(planned({ files, existing, options, memo, settings }, () => {}));
}

function planned(state: Snapshot & Pick<Configured, 'settings'>, report: Report): BuildPlan {
  return planBuilds(state.files, state.settings, report, {
    faults: state.options.fetchFaults,
    links: state.options.links,
    definitions: (sources) => placeDefinitions(state, sources),
  });
}
