/**
 * Makes up addresses for pods and Services, which clusters would assign: from 10.0.0.0/8 for pods and from
 * 100.64.0.0/10 for Services. The same objects in the same order get the same addresses.
 */
export class Addresses {
  #pods = 0;
  #services = 0;

  /** @throws Error after 16 million pods */
  pod(): string {
    this.#pods += 1;
    if (this.#pods >= 2 ** 24) throw new Error('a mesh has more than 16 million pods');
    return dotted(10 * 2 ** 24 + this.#pods);
  }

  /** @throws Error after four million Services */
  service(): string {
    this.#services += 1;
    if (this.#services >= 2 ** 22) throw new Error('a mesh has more than four million Services');
    return dotted(100 * 2 ** 24 + 64 * 2 ** 16 + this.#services);
  }
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
