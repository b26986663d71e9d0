/** A process whose reader is gone ends all the same. A fatal line after another once made it try the broken pipe for ever. */
import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';

const logger = new URL('../../dist/libs/platform/logger.js', import.meta.url).href;
/** Waits for its input to end, so that nobody reads by the time it writes. */
const program = `
  import { createLogger } from ${JSON.stringify(logger)};
  const log = createLogger('info', 'test');
  process.stdin.on('end', () => {
    log.info('first');
    log.fatal('second');
    process.exit(3);
  }).resume();
`;

it('says its last words to nobody and ends', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdout.destroy();
  child.stdin.end();
  const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000);
  expect(await ended).toBe(3);
  clearTimeout(deadline);
});
