import { describe, expect, it } from '@jest/globals';
import { admission, closed, failed, probing, released, succeeded, type Circuit } from './circuit.js';

const afterFailures = (count: number, nowMs = 0): Circuit => Array.from({ length: count }).reduce<Circuit>((circuit) => failed(circuit, nowMs), closed);

describe('a circuit', () => {
  it('stays closed through scattered failures', () => {
    expect(admission(afterFailures(3), 0)).toBe('closed');
    expect(admission(failed(succeeded(), 0), 0)).toBe('closed');
  });

  it('opens after four in a row, and lets one probe go when it has rested', () => {
    const open = afterFailures(4);
    expect(admission(open, 1_999)).toBe('open');
    expect(admission(open, 2_000)).toBe('probe');
    expect(admission(probing(open, 2_000), 2_001)).toBe('open');
  });

  it('rests longer each time the probe fails, but never longer than twenty seconds', () => {
    let circuit = afterFailures(4);
    const rests: number[] = [];
    for (let round = 0; round < 6; round++) {
      const now = circuit.restsUntil;
      circuit = failed(probing(circuit, now), now);
      rests.push(circuit.restsUntil - now);
    }
    expect(rests).toEqual([4_000, 8_000, 16_000, 20_000, 20_000, 20_000]);
  });

  it('closes when the probe succeeds', () => {
    expect(admission(succeeded(), 2_500)).toBe('closed');
  });

  it('probes again when a probe ended without a verdict, or was lost', () => {
    const probe = probing(afterFailures(4), 2_000);
    expect(admission(released(probe), 2_001)).toBe('probe');
    expect(admission(probe, 2_000 + 60_001)).toBe('probe');
  });

  it('late failures of calls that began before it opened do not lengthen its rest', () => {
    const open = afterFailures(4);
    expect(failed(open, 1_000).restsUntil).toBe(open.restsUntil);
  });
});
