import { execFileSync } from 'node:child_process';
import { type KubeObject, keyOf } from '#model/object.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Mesh } from '../harness/mesh.ts';
import type { RuleAnswers } from './answers.ts';
import { EchoPods } from './echo-pods.ts';
import { measureRows } from './measure.ts';
import { baseObjects, type RuleRow, usesGatewayApi } from './rows.ts';

/** RulesScenario is one real cluster that is its own mesh, with the pods of the matching rules. */
export class RulesScenario {
  readonly mesh: Mesh;
  readonly #fleet: TestFleet;
  readonly #echo: EchoPods;
  #applied: readonly KubeObject[] = [];

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

  /**
   * Applies the objects of some rows at once, which differ by their hosts, and deletes those of earlier rows. The
   * gateway of the Gateway API is left out if no row uses it.
   */
  async apply(rows: readonly RuleRow[]): Promise<void> {
    const base = baseObjects();
    const isUsed = rows.some(usesGatewayApi);
    const shared = base.filter((object) => isUsed || !usesGatewayApi({ objects: [object] }));
    const objects = [...shared, ...rows.flatMap((row) => row.objects)];
    const keys = new Set(objects.map(keyOf));
    const gone = this.#applied.filter((object) => !keys.has(keyOf(object)));
    if (gone.length > 0) this.#kubectl(['delete', '--wait=false'], gone);
    this.#kubectl(['apply', '--server-side'], objects);
    this.#applied = objects;
    await this.mesh.refresh();
  }

  /** Sends the requests of the rows, whose objects are applied. */
  measure(rows: readonly RuleRow[]): Promise<RuleAnswers> {
    return measureRows(rows, this.mesh, this.#echo);
  }

  #kubectl(verb: readonly string[], objects: readonly KubeObject[]): void {
    const isNamespace = ({ kind }: KubeObject): boolean => kind === 'Namespace';
    const items = [
      ...objects.filter(isNamespace),
      ...objects.filter((object) => !isNamespace(object)),
    ];
    const access = ['--kubeconfig', this.#fleet.kubeconfig, '--context', 'member1'];
    execFileSync(this.#fleet.kubectl, [...access, ...verb, '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      timeout: 60_000,
    });
  }
}
