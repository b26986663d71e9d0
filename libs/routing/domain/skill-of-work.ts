/** Which abilities a request calls on: the kind of work it is, and what its input adds. */
import type { Classification } from './decision.js';
import type { RoutingRequest } from './request.js';
import type { Skill } from './ability-scale.js';

/** Shares sum to 1; the first is the kind of work. */
export type SkillMix = readonly { readonly skill: Skill; readonly share: number }[];

/** The classifier's kinds of text work, and the ability each is measured by. */
const languageKinds: Readonly<Record<string, Skill>> = {
  chat: 'chat', knowledge: 'knowledge', writing: 'writing', roleplay: 'writing', translation: 'writing', extraction: 'instructions',
  reasoning: 'reasoning', math: 'math', science: 'science', coding: 'coding', vision: 'vision', search: 'search',
};
/** Input above which reading it is part of the work. */
const longInputTokens = 20_000;

export function skillsOf(request: RoutingRequest, classification: Classification): SkillMix {
  const { task, content_mode, skill } = classification;
  const { modalities, tools, inputTokens } = request.profile;
  switch (task) {
    case 'image':
      return only(content_mode === 'generate' && !modalities.includes('image') ? 'image' : 'image_edit');
    case 'video':
      return only(modalities.includes('image') ? 'image_to_video' : 'video');
    case 'music':
      return only('music');
    case 'speech':
      return only(speechSkill(request, classification));
    case 'text':
    case 'code':
    case 'web_search': {
      const kind = task === 'code' ? 'coding' : task === 'web_search' ? 'search' : (languageKinds[skill] ?? 'chat');
      return mixed(kind, [
        modalities.includes('image') || modalities.includes('video') ? 'vision' : null,
        tools > 0 ? 'agentic' : null,
        inputTokens > longInputTokens ? 'long_context' : null,
      ]);
    }
  }
}

/** Sound that comes in is to be written down, unless the prompt speaks of a voice and not of writing it down. */
function speechSkill({ endpoint, hints, profile }: RoutingRequest, { evidence }: Classification): Skill {
  if (endpoint === 'audio/speech' || hints.taskType === 'text_to_speech') return 'text_to_speech';
  if (endpoint === 'audio/transcriptions' || hints.taskType === 'speech_to_text') return 'speech_to_text';
  if (hints.taskType === 'speech_to_speech') return 'speech_to_speech';
  const speaksOf = (...signals: readonly string[]) => evidence.some(({ signal, effect }) => effect > 0 && signals.includes(signal));
  if (speaksOf('transcribe', 'subtitles')) return 'speech_to_text';
  const heard = profile.modalities.includes('audio') || profile.modalities.includes('video');
  if (!heard) return 'text_to_speech';
  return speaksOf('voice', 'speech-out', 'accent', 'pitch', 'dub') ? 'speech_to_speech' : 'speech_to_text';
}

const only = (skill: Skill): SkillMix => [{ skill, share: 1 }];

/** The kind of work keeps the larger half; what the input adds shares the rest. */
function mixed(kind: Skill, added: readonly (Skill | null)[]): SkillMix {
  const others = added.filter((skill): skill is Skill => skill !== null && skill !== kind);
  if (others.length === 0) return only(kind);
  const half = 0.4;
  return [{ skill: kind, share: 1 - half }, ...others.map((skill) => ({ skill, share: half / others.length }))];
}
