// Makes a projection with its migration and its test, ready to be filled in:
//     npm run new:projection -- activity answers-by-hour InferenceCompleted
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';

const [feature, name, ...types] = process.argv.slice(2);
if (!feature || !/^[a-z]+(-[a-z]+)*$/.test(name ?? '') || types.length === 0 || !types.every((type) => /^[A-Z][A-Za-z]+$/.test(type))) {
  console.error('usage: npm run new:projection -- <feature> <name-in-kebab-case> <EventType>...');
  process.exit(1);
}
if (!existsSync(`libs/${feature}`)) {
  console.error(`there is no feature libs/${feature}`);
  process.exit(1);
}

const table = name.replaceAll('-', '_');
const camel = name.replace(/-./g, (dash) => dash[1].toUpperCase());
const Pascal = camel[0].toUpperCase() + camel.slice(1);
const last = Math.max(...readdirSync('migrations').map((file) => Number(/^\d{4}/.exec(file)?.[0] ?? 0)));
const number = String(last + 1).padStart(4, '0');

const files = {
  [`libs/${feature}/read-model/${name}.ts`]: `/** One row per organization: how many of its events there were. Say here what it serves. */
import type { Recorded } from '../../event-sourcing/domain/event.js';
import { projection, table } from '../../event-sourcing/projections/projection.js';

export const ${camel} = table('${table}', { key: { org_id: 'text' }, sum: { events: 'bigint' } });

export const ${camel}Projection = projection<{ type: ${types.map((type) => `'${type}'`).join(' | ')}; data: object }>({
  name: '${name}',
  version: 1,
  tables: [${camel}],
  on: {
${types.map((type) => `    ${type}: counted,`).join('\n')}
  },
});

function counted({ metadata }: Recorded) {
  return metadata.orgId === null ? null : ${camel}.add({ org_id: metadata.orgId }, { events: 1 });
}
`,
  [`libs/${feature}/read-model/${name}.spec.ts`]: `import { expect, it } from '@jest/globals';
import { projected } from '../../event-sourcing/projections/testing/memory-store.js';
import { recorded } from '../../event-sourcing/projections/testing/recorded.js';
import { ${camel}, ${camel}Projection } from './${name}.js';

it('counts the events of each organization', () => {
  const event = (orgId: string, commit: bigint) => recorded({ type: '${types[0]}', data: {} }, { orgId, commit });
  const rows = projected(${camel}Projection, [event('org_a', 1n), event('org_b', 2n), event('org_a', 3n)]).rows(${camel});
  expect(rows).toEqual([{ org_id: 'org_a', events: 2n }, { org_id: 'org_b', events: 1n }]);
});
`,
  [`migrations/${number}-${name}.ts`]: `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${Pascal}${1_700_000_000_000 + (last + 1) * 1_000} implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(\`
      CREATE TABLE ${table} (
        org_id text PRIMARY KEY,
        events bigint NOT NULL,
        position bigint NOT NULL
      )\`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
`,
};

const taken = Object.keys(files).filter((path) => existsSync(path));
if (taken.length > 0) {
  console.error(`already there: ${taken.join(', ')}`);
  process.exit(1);
}
mkdirSync(`libs/${feature}/read-model`, { recursive: true });
for (const [path, text] of Object.entries(files)) {
  writeFileSync(path, text);
  console.log(`made ${path}`);
}
console.log(`Next: export ${camel}Projection from libs/${feature}/exports.ts and list it in apps/projector/projections.ts.`);
