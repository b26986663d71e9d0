/**
 * What a provider made, brought home: fetched where its address will not do, checked to be what it says it is, and
 * measured where nobody said how long it plays.
 */
import type { Artefact, MediaAnswer, MediaKind } from '../domain/media.js';
import { InvalidAnswer, type MediaAsk, type MediaResponse } from './media-format.js';
import type { ConfiguredHost } from '../upstream/keys.js';
import { fetchMade } from './media-transport.js';
import { pause } from './pause.js';
import { playingTime } from './playing-time.js';
import { typeOf } from './sniff.js';

export interface Delivery {
  readonly ask: MediaAsk;
  readonly configured: ConfiguredHost;
  readonly signal: AbortSignal;
  /** A result that is not there yet, or a connection that breaks, is tried again after each of these waits. */
  readonly fetchAgainMs: readonly number[];
}

const fileKinds: Partial<Record<MediaKind, 'image' | 'video' | 'audio'>> = { image: 'image', video: 'video', music: 'audio', speech: 'audio' };

/** @throws InvalidAnswer when what was made cannot be had, or is something else. */
export async function delivered(answer: MediaAnswer, delivery: Delivery): Promise<MediaAnswer> {
  const kind = fileKinds[delivery.ask.kind];
  if (!kind) return answer;
  const artefacts: Artefact[] = [];
  for (const artefact of answer.artefacts) artefacts.push(measured(checked(await fetched(artefact, delivery), kind)));
  return { ...answer, artefacts };
}

async function fetched(artefact: Artefact, delivery: Delivery): Promise<Artefact> {
  const { url, bytes, locked } = artefact;
  const { call, kind } = delivery.ask;
  if (bytes !== null || url === null) return artefact;
  const isWanted = locked || call.keep || kind === 'speech' || call.parameters['response_format'] === 'b64_json';
  if (!isWanted) return artefact;
  const { body, header } = await fetchPatiently(url, delivery);
  return { ...artefact, bytes: body, url: null, mime: header('content-type') ?? artefact.mime };
}

async function fetchPatiently(url: string, { configured, signal, fetchAgainMs }: Delivery): Promise<MediaResponse> {
  for (let tried = 0; ; tried++) {
    const again = fetchAgainMs[tried];
    const got = await fetchMade(configured, url, signal).catch((error: unknown) => {
      if (error instanceof InvalidAnswer || signal.aborted || again === undefined) throw resultLost(error);
      return null;
    });
    if (got && got.status < 300) return got;
    const isLasting = got !== null && got.status < 500 && got.status !== 404 && got.status !== 429;
    if (again === undefined || isLasting) throw new InvalidAnswer(`the result could not be fetched: HTTP ${got?.status}`, 'result_unavailable');
    await pause(again, signal);
  }
}

const resultLost = (error: unknown): Error => (error instanceof InvalidAnswer ? error : new InvalidAnswer(`the result could not be fetched: ${(error as Error).message}`, 'result_unavailable'));

function checked(artefact: Artefact, kind: 'image' | 'video' | 'audio'): Artefact {
  if (artefact.bytes === null) return artefact;
  const mime = typeOf(kind, artefact.bytes, artefact.mime);
  if (artefact.bytes.length === 0 || mime === null) throw new InvalidAnswer(`the result is no ${kind} but ${artefact.mime.slice(0, 60)}`, 'result_of_wrong_type');
  return { ...artefact, mime };
}

const measured = (artefact: Artefact): Artefact => (artefact.seconds !== null || artefact.bytes === null ? artefact : { ...artefact, seconds: playingTime(artefact.bytes) });
