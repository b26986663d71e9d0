import { readConfig, type Config } from '../../libs/platform/config.js';

/** Settings are read when a command runs, so that --help needs none. */
export const withConfig =
  <Args extends unknown[]>(run: (config: Config, ...args: Args) => Promise<void>) =>
  (...args: Args): Promise<void> =>
    run(readConfig(process.env), ...args);

export type WithConfig = typeof withConfig;
