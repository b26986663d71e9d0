/** Every frozen event must be valid against the schema of its version and decode to the latest version, for ever. */
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { upcast } from '../../libs/event-sourcing/codec.js';
import type { EventMetadata } from '../../libs/event-sourcing/domain/event.js';

const here = new URL('.', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, here), 'utf8'));
const schemas = readdirSync(here).filter((name) => /^[A-Za-z]+\.v\d+\.json$/.test(name));
const golden = readdirSync(new URL('golden', here)).filter((name) => name.endsWith('.json'));
const ajv = new Ajv({ strict: false, allErrors: true });
// A CommonJS default export, which the two module systems type differently.
(createRequire(import.meta.url)('ajv-formats') as (ajv: Ajv) => void)(ajv);
const validators = new Map(schemas.map((name) => [name.replace('.json', ''), ajv.compile(read(name))]));

interface Golden {
  readonly stream: string;
  readonly type: string;
  readonly metadata: EventMetadata;
  readonly data: object;
}

describe('event schemas', () => {
  it.each(schemas)('%s has a frozen example, and says which event and version it is', (name) => {
    const [type, version] = name.split('.');
    expect(read(name).$id).toBe(`${type}.${version}`);
    expect(golden.filter((file) => file.startsWith(`${type}.${version}.`))).not.toEqual([]);
  });

  it.each(golden)('%s is valid at its version and decodes to the latest', (file) => {
    const [type, version] = file.split('.') as [string, string];
    const event = read(`golden/${file}`) as Golden;
    expect(event.type).toBe(type);
    expect(`v${event.metadata.schemaVersion}`).toBe(version);
    expect(Object.keys(event.metadata).sort()).toEqual(['$causationId', '$correlationId', 'actor', 'at', 'commandId', 'orgId', 'schemaVersion']);
    const validate = validators.get(`${type}.${version}`)!;
    validate(event.data);
    expect(validate.errors ?? []).toEqual([]);
    const latest = Math.max(...schemas.filter((name) => name.startsWith(`${type}.v`)).map((name) => Number(name.split('.')[1]!.slice(1))));
    expect(validators.get(`${type}.v${latest}`)!(upcast(type, event.metadata.schemaVersion, event.data))).toBe(true);
  });
});
