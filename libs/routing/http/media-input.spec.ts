import { describe, expect, it, jest } from '@jest/globals';
import { UploadedFile } from './given-file.js';
import { mediaInput } from './media-input.js';

const text = Buffer.from('a picture').toString('base64');
const url = `data:image/webp;base64,${text}`;

describe('the pictures and recordings of an input', () => {
  it.each([
    ['a data: URL', { image: url }],
    ['a list', { images: [url] }],
    ['a part of a message', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }],
  ])('are found as %s', (_, input) => {
    const [image] = mediaInput(input, 'draw').images;
    expect([image!.mime, image!.bytes!.toString()]).toEqual(['image/webp', 'a picture']);
  });

  it('are decoded when they are needed, and once', () => {
    const decode = jest.spyOn(Buffer, 'from');
    const { audio, images } = mediaInput({ audio: { data: text, format: 'wav' }, image: url }, '');
    expect(decode).not.toHaveBeenCalled();
    expect(audio!.bytes).toBe(audio!.bytes);
    expect(images[0]!.bytes).toBe(images[0]!.bytes);
    expect(decode).toHaveBeenCalledTimes(2);
    decode.mockRestore();
  });

  it('that came in a form are never written as text, but into the row of a job', () => {
    const file = new UploadedFile(Buffer.from('a picture'), 'image/webp');
    expect(mediaInput({ image: [file, file] }, '').images).toEqual([file, file]);
    const kept = JSON.parse(JSON.stringify({ image: file })) as Record<string, unknown>;
    expect(mediaInput(kept, '').images[0]!.bytes).toEqual(file.bytes);
  });

  it.each([[{ image: 'ftp://example.org/a.png' }], [{ image: 7 }], [{ image: 'data:image/png;base64,' }], [{ audio: { data: '' } }]])('%j is refused before anything is recorded', (input) =>
    expect(() => mediaInput(input, '')).toThrow(expect.objectContaining({ status: 400 })));
});
