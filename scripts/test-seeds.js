/** Runs every property test again and again, each time with another seed: `npm run test:seeds -- [rounds]`. Stops at the first failure, whose seed is printed. */
import { execFileSync, spawnSync } from 'node:child_process';

const rounds = Number(process.argv[2] ?? 10);
const files = execFileSync('git', ['grep', '-l', "from 'fast-check'", '--', '*.spec.ts'], { encoding: 'utf8' }).trim().split('\n');
for (let round = 1; round <= rounds; round++) {
  const seed = String(Date.now() % 2 ** 31);
  console.log(`round ${round} of ${rounds}: PROPERTY_SEED=${seed}`);
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--silent', ...files];
  const { status } = spawnSync(process.execPath, jest, { stdio: 'inherit', env: { ...process.env, PROPERTY_SEED: seed } });
  if (status !== 0) process.exit(1);
}
