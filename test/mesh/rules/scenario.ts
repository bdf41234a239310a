import { execFileSync } from 'node:child_process';
import type { KubeObject } from '#model/object.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Mesh } from '../harness/mesh.ts';
import type { RuleAnswers } from './answers.ts';
import { EchoPods } from './echo-pods.ts';
import { measureRows } from './measure.ts';
import { baseObjects, type RuleRow } from './rows.ts';

/** RulesScenario is one real cluster that is its own mesh, with the pods of the matching rules. */
export class RulesScenario {
  readonly mesh: Mesh;
  readonly #fleet: TestFleet;
  readonly #echo: EchoPods;

  private constructor(fleet: TestFleet, mesh: Mesh, echo: EchoPods) {
    this.#fleet = fleet;
    this.mesh = mesh;
    this.#echo = echo;
  }

  /** @param record - records what istiod answers to each proxy */
  static async open(record = false): Promise<RulesScenario> {
    const fleet = await startFleet({ members: ['member1'], controllers: true, nodes: 1 });
    try {
      const echo = new EchoPods();
      const mesh = await Mesh.start({
        kubeconfig: fleet.kubeconfig,
        controlPlane: 'member1',
        members: ['member1'],
        program: echo.program,
        isCaller: ({ labels }) => labels.app === 'caller',
        record,
      });
      return new RulesScenario(fleet, mesh, echo);
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.mesh.close();
    await this.#fleet.close();
  }

  /** Applies the objects of all rows at once: the rows differ by their hosts. */
  async apply(rows: readonly RuleRow[]): Promise<void> {
    this.#apply([...baseObjects(), ...rows.flatMap(({ objects }) => objects)]);
    await this.mesh.refresh();
  }

  /** Sends the requests of the rows, whose objects are applied. */
  measure(rows: readonly RuleRow[]): Promise<RuleAnswers> {
    return measureRows(rows, this.mesh, this.#echo);
  }

  #apply(objects: readonly KubeObject[]): void {
    const isNamespace = ({ kind }: KubeObject): boolean => kind === 'Namespace';
    const ordered = [
      ...objects.filter(isNamespace),
      ...objects.filter((object) => !isNamespace(object)),
    ];
    const access = ['--kubeconfig', this.#fleet.kubeconfig, '--context', 'member1'];
    execFileSync(this.#fleet.kubectl, [...access, 'apply', '--server-side', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: ordered }),
      timeout: 60_000,
    });
  }
}
