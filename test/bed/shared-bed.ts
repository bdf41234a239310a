import { join } from 'node:path';
import { errorMessage } from '#model/error.ts';
import type { FleetOptions, TestFleet } from '#test/test-fleet.ts';
import { Baseline } from './baseline.ts';
import { type Bed, startBed } from './bed.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** The bed that no test file uses at the moment. */
let idle: SharedBed | undefined;

/**
 * Returns a bed whose members have only the objects of new members. The test files of a process use the same
 * servers one after the other, because their start takes longer than most tests.
 *
 * @throws Error when servers don't start
 */
export async function borrowBed(options: FleetOptions): Promise<TestFleet> {
  const kept = idle;
  idle = undefined;
  if (kept?.fits(options)) {
    try {
      await kept.restore();
      return kept.lend(options.members);
    } catch (error) {
      console.error(`starting new servers: ${errorMessage(error)}`);
    }
  }
  await kept?.end();
  return (await SharedBed.start(options)).lend(options.members);
}

class SharedBed {
  readonly #bed: Bed;
  readonly #options: FleetOptions;
  readonly #baselines: readonly Baseline[];
  readonly #stopped = new Set<string>();
  #wasRestarted = false;
  #lent = 0;

  private constructor(bed: Bed, options: FleetOptions, baselines: readonly Baseline[]) {
    this.#bed = bed;
    this.#options = options;
    this.#baselines = baselines;
  }

  static async start(options: FleetOptions): Promise<SharedBed> {
    const bed = await startBed(options);
    const baselines = bed.contexts.map((member) => Baseline.read(bed.etcd, member));
    return new SharedBed(bed, options, await Promise.all(baselines));
  }

  /** Reports whether the bed has the members, with the same controllers. */
  fits({ members, controllers = false, nodes }: FleetOptions): boolean {
    return (
      controllers === (this.#options.controllers ?? false) &&
      (!controllers || nodes === this.#options.nodes) &&
      members.every((member) => this.#bed.members.includes(member))
    );
  }

  async restore(): Promise<void> {
    await Promise.all(this.#baselines.map((baseline) => baseline.restore()));
  }

  end(): Promise<void> {
    return this.#bed.close();
  }

  /** Returns a fleet of some of the members. When it is closed, the bed is idle, unless servers are missing. */
  lend(members: readonly string[]): TestFleet {
    const bed = this.#bed;
    const kubeconfig = join(bed.folder, `kubeconfig-${++this.#lent}`);
    writeKubeconfig(
      kubeconfig,
      bed.contexts.filter(({ name }) => members.includes(name)),
    );
    const mark = (member: string) => this.#stopped.add(member);
    const unmark = (member: string) => this.#stopped.delete(member);
    return {
      kubeconfig,
      members,
      kubectl: bed.kubectl,
      stop: (member) => bed.stop(member).finally(() => mark(member)),
      start: (member) => bed.start(member).then(() => void unmark(member)),
      pause: (member) => bed.pause(member).finally(() => mark(member)),
      resume: (member) => bed.resume(member).then(() => void unmark(member)),
      restart: (between) => {
        this.#wasRestarted = true;
        return bed.restart(between);
      },
      close: () => this.#giveBack(),
    };
  }

  async #giveBack(): Promise<void> {
    const isWhole = this.#stopped.size === 0 && !this.#wasRestarted;
    if (isWhole && idle === undefined) idle = this;
    else await this.end();
  }
}
