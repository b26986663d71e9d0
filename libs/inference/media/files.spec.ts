import { describe, expect, it } from '@jest/globals';
import { gif, wav as tones } from '../sandbox/media/artefacts.js';
import { mp3, mp4, png, wav } from '../testing/stand-in/media/files.js';
import { wavOf } from './pcm.js';
import { playingTime } from './playing-time.js';
import { sniff, typeOf } from './sniff.js';

describe('what a file is', () => {
  it.each([['a PNG', png, 'image/png'], ['a WAV', wav, 'audio/wav'], ['an MP3', mp3, 'audio/mpeg'], ['an MP4', mp4, 'video/mp4'], ['a GIF', gif(Buffer.alloc(32), 8, 8), 'image/gif'], ['a page', Buffer.from('<html>'), null], ['nothing', Buffer.alloc(0), null]])('%s', (_, bytes, mime) =>
    expect(sniff(bytes)).toBe(mime));

  it('is told by its bytes, whatever the server calls it', () => {
    expect(typeOf('video', mp4, 'application/octet-stream')).toBe('video/mp4');
    expect(typeOf('image', mp4, 'image/png')).toBeNull();
    expect(typeOf('audio', Buffer.from('raw samples'), 'audio/pcm; rate=24000')).toBe('audio/pcm');
    expect(typeOf('audio', Buffer.from('<html>'), 'text/html')).toBeNull();
  });
});

describe('how long a file plays', () => {
  it.each([['an MP4, by its header', mp4, 5.04], ['a WAV', wav, 1], ['samples that were given a header', wavOf(Buffer.alloc(24_000), 24_000).file, 0.5], ['the sandbox’s tones', tones(Buffer.alloc(32, 7), 3), 3], ['an MP3, which does not say', mp3, null], ['a WAV that is cut', wav.subarray(0, 30), null], ['an MP4 that is cut', mp4.subarray(0, 40), null]])('%s', (_, bytes, seconds) =>
    expect(playingTime(bytes)).toBe(seconds));
});
