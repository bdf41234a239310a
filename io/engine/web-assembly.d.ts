/** The part of the WebAssembly API that Regatta uses; Node's types only declare its names. */
// biome-ignore lint/style/noNamespace: the global WebAssembly is a namespace
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    readonly module: never;
    static imports(module: Module): readonly { readonly name: string }[];
  }

  class Instance {
    constructor(
      module: Module,
      imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    );
    readonly exports: unknown;
  }

  class Memory {
    readonly buffer: ArrayBuffer;
  }

  function compile(bytes: Uint8Array): Promise<Module>;
}
