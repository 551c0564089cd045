import rdkitModule from '@rdkit/rdkit'

/** RDKit, against which chemistry is tested. The package is CommonJS, and its types are an ES module's. */
export const loadRdkit = rdkitModule as unknown as typeof rdkitModule.default
