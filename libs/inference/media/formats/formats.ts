/** The wire formats of media by their names in the table of hosts. */
import type { MediaFormatName } from '../../domain/media-hosts.js';
import type { MediaFormat } from '../media-format.js';
import { blackForestLabs } from './black-forest-labs.js';
import { deepgramSpeech, deepgramTranscript } from './deepgram.js';
import { elevenLabsMusic, elevenLabsSound, elevenLabsSpeech, elevenLabsTranscript } from './elevenlabs.js';
import { fal } from './fal.js';
import { googleContent } from './google-content.js';
import { googlePredict } from './google-predict.js';
import { googleVideo } from './google-video.js';
import { minimaxImages, minimaxMusic, minimaxSpeech, minimaxVideo } from './minimax.js';
import { openAiSpeech, openAiTranscript } from './openai-audio.js';
import { openAiImages } from './openai-images.js';
import { openAiVideo } from './openai-video.js';
import { replicate } from './replicate.js';
import { runway } from './runway.js';
import { search } from './search.js';
import { xaiVideo } from './xai-video.js';

export const mediaFormats: Readonly<Record<MediaFormatName, MediaFormat>> = {
  'openai-images': openAiImages,
  'openai-speech': openAiSpeech,
  'openai-transcript': openAiTranscript,
  'openai-video': openAiVideo,
  'xai-video': xaiVideo,
  'google-content': googleContent,
  'google-predict': googlePredict,
  'google-video': googleVideo,
  fal,
  replicate,
  runway,
  'black-forest-labs': blackForestLabs,
  'minimax-images': minimaxImages,
  'minimax-video': minimaxVideo,
  'minimax-music': minimaxMusic,
  'minimax-speech': minimaxSpeech,
  'elevenlabs-speech': elevenLabsSpeech,
  'elevenlabs-music': elevenLabsMusic,
  'elevenlabs-sound': elevenLabsSound,
  'elevenlabs-transcript': elevenLabsTranscript,
  'deepgram-speech': deepgramSpeech,
  'deepgram-transcript': deepgramTranscript,
  search,
};
