/** Starts the stand-in of the media providers as a process of its own, and asks it what it was asked. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mediaHosts } from '../domain/media-hosts.js';
import type { Providers } from '../upstream/keys.js';
import { testKey } from './rig.js';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as it came, its beginning. */
  readonly raw: string;
  readonly atMs: number;
}

export interface MediaProvider {
  readonly url: string;
  /** Every host of media at this process, with a key. */
  readonly providers: Providers;
  seen(): Promise<readonly Asked[]>;
  /** Lets work be done that was asked for with this `gate`. */
  open(gate: string): Promise<unknown>;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('../../../dist/libs/inference/testing/stand-in/media/process.js', import.meta.url)).replace('/dist/dist/', '/dist/');

/** Hosts that speak another's dialect. */
export const standsFor: Readonly<Record<string, string>> = { together: 'openai', deepinfra: 'openai', groq: 'openai', mistral: 'openai', zai: 'openai', stepfun: 'openai', recraft: 'openai', bytedance: 'openai' };

export async function startMediaProvider(): Promise<MediaProvider> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}; is the product built?`)));
  });
  const at = (host: string) => `${url}/${host === 'xai' ? 'xai' : (standsFor[host] ?? host)}`;
  return {
    url,
    providers: Object.fromEntries(mediaHosts.map(({ host }) => [host, { apiKey: testKey, baseUrl: at(host) }])),
    seen: async () => (await (await fetch(`${url}/seen`)).json()) as Asked[],
    open: (gate) => fetch(`${url}/open/${gate}`),
    close: async () => {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.stdin.end();
      await gone;
    },
  };
}
