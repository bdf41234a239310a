import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { build } from '#compiler/build.ts';
import * as decide from '#compiler/decide.ts';
import type { Decisions, Rendering, Snapshot } from '#compiler/decisions.ts';
import { passesOver } from '#compiler/pass.ts';
import { passes } from '#compiler/passes.ts';
import * as render from '#compiler/render.ts';

const names = [...passes.decide.names, ...passes.render.names];

describe('the passes of the compiler', () => {
  it('lists the passes of ARCHITECTURE.md in the same order', () => {
    const text = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| \d+ +\| `(\w+)`/gm)].map(([, name]) => name);
    assert.deepEqual(rows, names);
  });
});

const { settings, read, parse, select, label, interpret, place, depend, narrow } = decide;
const { revise, override, finalise, pin } = render;

// Not called: each list lacks one pass or has two of them swapped, and must not type-check.
export function misordered(): readonly unknown[] {
  const start = passesOver<Snapshot>();
  const built = start.add(settings).add(build);
  const parsed = built.add(read).add(parse);
  const selected = parsed.add(select);
  const interpreted = selected.add(label).add(interpret);
  const placed = interpreted.add(place);
  const rendering = passesOver<Rendering>();
  const overridden = rendering.add(revise).add(override);
  const objectsOf = ({ objects }: ReturnType<typeof pin>) => ({ objects });
  const decisionsOf = (decisions: Decisions) => decisions;
  return [
    // @ts-expect-error without settings
    start.add(build),
    // @ts-expect-error without build
    start.add(settings).add(read),
    // @ts-expect-error without read
    built.add(parse),
    // @ts-expect-error without parse
    built.add(read).add(select),
    // @ts-expect-error without select
    parsed.add(label),
    // @ts-expect-error without label, which maps selections to selections
    selected.add(interpret),
    // @ts-expect-error without interpret
    selected.add(label).add(place),
    // @ts-expect-error without place
    interpreted.add(depend),
    // @ts-expect-error without depend, which maps bindings to bindings
    placed.add(narrow),
    // @ts-expect-error without narrow, which maps bindings to bindings
    placed.add(depend).add(decisionsOf),
    // @ts-expect-error narrow and depend swapped
    placed.add(narrow).add(depend),
    // @ts-expect-error without revise
    rendering.add(override),
    // @ts-expect-error without override
    rendering.add(revise).add(finalise),
    // @ts-expect-error without finalise, which maps objects to objects
    overridden.add(pin),
    // @ts-expect-error without pin, which maps objects to objects
    overridden.add(finalise).add(objectsOf),
    // @ts-expect-error pin and finalise swapped
    overridden.add(pin).add(finalise),
  ];
}
