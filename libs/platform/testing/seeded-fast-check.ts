/**
 * What `import fc from 'fast-check'` gives in a test (jest.config.js): the library with a seed that stands still, so that
 * one commit has one outcome wherever it runs. `npm run test:seeds` looks further, with seeds of its own.
 */
import fc from '../../../node_modules/fast-check/lib/fast-check.js';

const DEFAULT_SEED = 20_250_601;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PROPERTY_SEED ?? DEFAULT_SEED) });

export * from '../../../node_modules/fast-check/lib/fast-check.js';
export default fc;
