/** Google's models that answer in parts: pictures, voices and music by generateContent (ai.google.dev/api/generate-content). */
import { isObject, objectAt, objectsIn, stringAt, type Json } from '../../domain/json.js';
import { aspectRatioAsked, textAsked } from '../../domain/media-parameters.js';
import { nothingMade, type Artefact, type MediaAnswer, type MediaSource } from '../../domain/media.js';
import { googleUsage, type MeteredUsage } from '../../domain/usage.js';
import { failed, InvalidAnswer, type MediaAsk, type MediaFormat } from '../media-format.js';
import { wavOf } from '../pcm.js';
import { bytesOf, json, present } from './wire.js';

const usualVoice = 'Kore';

export const googleContent: MediaFormat = {
  request(ask) {
    const { call, modelId } = ask;
    const parts = [{ text: call.prompt }, ...call.images.map(inline)];
    return { method: 'POST', path: `/models/${encodeURIComponent(modelId)}:generateContent`, body: { contents: [{ role: 'user', parts }], generationConfig: configFor(ask) } };
  },

  read(response, { kind }): MediaAnswer {
    const answer = json(response);
    const parts = objectsIn(answer['candidates']).flatMap((candidate) => objectsIn(objectAt(candidate, 'content')?.['parts']));
    const artefacts = parts.flatMap((part) => (isObject(part['inlineData']) ? [artefactOf(part['inlineData'])] : []));
    if (artefacts.length === 0) throw refusalIn(answer);
    const raw = objectAt(answer, 'usageMetadata');
    return { ...nothingMade, artefacts, usage: raw && usageOf(raw, kind), rawUsage: raw };
  },
};

const inline = ({ bytes, mime }: MediaSource): Json => ({ inlineData: { mimeType: mime, data: bytesOf(bytes).toString('base64') } });

function configFor({ kind, call: { parameters } }: MediaAsk): Json {
  if (kind === 'image') {
    const size = textAsked(parameters, ['image_size', 'size', 'resolution']);
    const imageConfig = present({ aspectRatio: aspectRatioAsked(parameters), imageSize: size && /^[\d.]+k$/i.test(size) ? size.toUpperCase() : null });
    return { responseModalities: ['TEXT', 'IMAGE'], ...(Object.keys(imageConfig).length > 0 && { imageConfig }) };
  }
  if (kind === 'music') return { responseModalities: ['AUDIO'] };
  return { responseModalities: ['AUDIO'], speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: textAsked(parameters, ['voice']) ?? usualVoice } } } };
}

/** Voices come as bare samples (`audio/L16;rate=24000`), which nothing plays: they get the header of a WAV. */
function artefactOf(data: Json): Artefact {
  const mime = stringAt(data, 'mimeType') ?? 'application/octet-stream';
  const bytes = Buffer.from(stringAt(data, 'data') ?? '', 'base64');
  if (bytes.length === 0) throw new InvalidAnswer('the provider sent an empty file');
  const samples = /^audio\/L16/i.test(mime) ? wavOf(bytes, Number(/rate=(\d+)/.exec(mime)?.[1] ?? 24_000)) : null;
  return samples ? { mime: 'audio/wav', bytes: samples.file, url: null, seconds: samples.seconds } : { mime, bytes, url: null, seconds: null };
}

/** What a model of sound or pictures says is of that kind, where the counts are not told apart. */
function usageOf(raw: Json, kind: MediaAsk['kind']): MeteredUsage {
  const usage = googleUsage(raw);
  if (kind === 'image') return usage;
  return usage.outputAudioTokens > 0 ? usage : { ...usage, outputAudioTokens: usage.outputTokens };
}

function refusalIn(answer: Json): InvalidAnswer {
  const blocked = stringAt(objectAt(answer, 'promptFeedback') ?? {}, 'blockReason') ?? objectsIn(answer['candidates']).map((each) => stringAt(each, 'finishReason')).find((reason) => reason !== 'STOP');
  if (blocked && /SAFETY|PROHIBITED|BLOCKLIST|SPII|RECITATION/.test(blocked)) return failed(`content policy: ${blocked}`, 'content_policy_violation');
  return new InvalidAnswer(`the provider made nothing${blocked ? `: ${blocked}` : ''}`);
}
