/**
 * The suffix of a test file says what it costs:
 *   x.spec.ts      pure, milliseconds      x.int.spec.ts  real stores in this process
 *   x.e2e.spec.ts  real processes          (the compiled `dist/` must be fresh: `npm run build`)
 */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/eventstore', '<rootDir>/migrations', '<rootDir>/bench', '<rootDir>/docs'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: { '^fast-check$': '<rootDir>/libs/platform/testing/seeded-fast-check.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFilesAfterEnv: ['<rootDir>/libs/platform/testing/watch-secrets.ts'],
  globalSetup: '<rootDir>/scripts/jest-setup.js',
  reporters: ['default', '<rootDir>/scripts/jest-count.js'],
  globalTeardown: '<rootDir>/scripts/jest-teardown.js',
  // Only against a hang: a test waits for what it uses, however busy the machine is.
  testTimeout: 180_000,
  maxWorkers: 2,
};
