/** The part of wasmoon-lua5.1 that Regatta uses. The types of the package refer to files that it does not ship. */
declare module 'wasmoon-lua5.1' {
  interface Package {
    readonly LuaApi: {
      initialize(wasm: string): Promise<{ readonly module: unknown }>;
    };
  }
  const contents: Package;

  export = contents;
}
