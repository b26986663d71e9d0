/** Verification in a process of its own: reading a broken file may end it by a signal. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True if the `verify` command of this package finds the log in `dir` sound. */
export async function survivesVerification(dir: string): Promise<boolean> {
  const command = fileURLToPath(new URL('../bin.js', import.meta.url));
  return run(process.execPath, [command, 'verify', '--dir', dir]).then(
    () => true,
    () => false,
  );
}
