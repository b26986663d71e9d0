/** Part of every test file (jest.config.js): its HTTP calls are watched, and at its end no secret may have been let out. */
import { afterAll } from '@jest/globals';
import { secretWatch } from './secret-watch.js';

const unwatched = globalThis.fetch;
const reading: Promise<void>[] = [];

globalThis.fetch = async (input, init) => {
  const request = new Headers(init?.headers);
  secretWatch.entrustMessage((name) => request.get(name), typeof init?.body === 'string' ? init.body : '');
  const answer = await unwatched(input, init);
  const path = new URL(answer.url).pathname;
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
  if (answer.status >= 400 || path === '/metrics') reading.push(read(answer.clone(), (text) => secretWatch.search(`the answer ${answer.status} of ${path}`, text)));
  else if (isJson) reading.push(read(answer.clone(), (text) => secretWatch.entrustMessage((name) => answer.headers.get(name), text)));
  return answer;
};

/** A body that breaks off has nothing more to tell. */
const read = (answer: Response, use: (text: string) => void): Promise<void> => answer.text().then(use, () => undefined);

afterAll(async () => {
  await Promise.all(reading);
  secretWatch.verdict();
});
