import { build } from './build.ts';
import {
  depend,
  interpret,
  label,
  narrow,
  parse,
  place,
  read,
  select,
  settings,
} from './decide.ts';
import type {
  Decisions,
  Finalised,
  ImagesPinned,
  OverridesApplied,
  Rendering,
  Revised,
  Snapshot,
} from './decisions.ts';
import { type Passes, passesOver } from './pass.ts';
import { finalise, override, pin, revise } from './render.ts';

/**
 * Every pass, in order. The first list decides where each object goes; the second renders the
 * objects of bindings; validation and writing follow. Each pass adds a stage that the next one
 * reads, so that a list without one of them, or in another order, is a type error.
 */
export const passes: {
  readonly decide: Passes<Snapshot, Decisions>;
  readonly render: Passes<
    Rendering,
    Rendering & Revised & OverridesApplied & Finalised & ImagesPinned
  >;
} = {
  decide: passesOver<Snapshot>()
    .add(settings)
    .add(build)
    .add(read)
    .add(parse)
    .add(select)
    .add(label)
    .add(interpret)
    .add(place)
    .add(depend)
    .add(narrow),
  render: passesOver<Rendering>().add(revise).add(override).add(finalise).add(pin),
};
