const transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
};
const base = { testEnvironment: 'node', extensionsToTreatAsEsm: ['.ts'], transform };
const PACKAGES = '{crds,expressions,nats,telemetry,operator,worker,hack}';

/** Unit tests lie beside the code; what needs real servers lies under test/. */
export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: [`<rootDir>/${PACKAGES}/src/**/*.test.ts`, '<rootDir>/test/{architecture,bench,soak}/**/*.test.ts'],
    },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.test.ts'] },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      testPathIgnorePatterns: ['/e2e/alone/'],
      globalSetup: '<rootDir>/test/e2e/harness/furnish.ts',
    },
    // What restarts the operator or a broker under everybody's feet, and so runs with nothing beside it.
    { ...base, displayName: 'e2e-alone', testMatch: ['<rootDir>/test/e2e/alone/*.test.ts'] },
  ],
};
