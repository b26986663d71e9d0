/** How long a file plays, read from its own header, for when nobody says: MP4 (ISO 14496-12) and WAV (RIFF). */

/** Seconds; null for other files and for broken ones. */
export const playingTime = (bytes: Buffer): number | null => (bytes.toString('latin1', 0, 4) === 'RIFF' ? ofWav(bytes) : bytes.toString('latin1', 4, 8) === 'ftyp' ? ofMp4(bytes) : null);

function ofWav(bytes: Buffer): number | null {
  const data = bytes.indexOf('data', 12, 'latin1');
  if (data < 0 || bytes.length < data + 8 || bytes.length < 36) return null;
  const perSecond = bytes.readUInt32LE(28);
  return perSecond === 0 ? null : Math.min(bytes.readUInt32LE(data + 4), bytes.length - data - 8) / perSecond;
}

/** `mvhd` holds the time scale and the duration, in fields twice as wide from version 1 on. */
function ofMp4(bytes: Buffer): number | null {
  const box = bytes.indexOf('mvhd', 0, 'latin1');
  if (box < 0 || bytes.length < box + 36) return null;
  const isWide = bytes[box + 4] === 1;
  const scale = bytes.readUInt32BE(box + (isWide ? 24 : 16));
  const duration = isWide ? Number(bytes.readBigUInt64BE(box + 28)) : bytes.readUInt32BE(box + 20);
  return scale === 0 ? null : duration / scale;
}
