import { describe, expect, it } from '@jest/globals';
import { parseKeyText, writeKeyText } from './api-key.js';

const secret = '0123456789abcdef0123456789abcdef';

describe('the text of a key', () => {
  it('is pk_test_{9 chars}_{32 hex chars}, and the same for live', () => {
    expect(parseKeyText(writeKeyText('test', 'abc123xyz', secret))).toEqual({ mode: 'test', hint: 'pk_test_abc123xyz' });
    expect(parseKeyText(writeKeyText('live', 'abc123xyz', secret))).toEqual({ mode: 'live', hint: 'pk_live_abc123xyz' });
  });

  it.each([
    '', 'pk_live_', `pk_prod_abc123xyz_${secret}`, `pk_live_abc123xy_${secret}`, `pk_live_abc123xyz_${secret}0`, `pk_live_abc123xyz_${secret.slice(1)}`,
    `PK_LIVE_abc123xyz_${secret}`, `pk_live_abc123xyz_${secret.toUpperCase()}`, ` pk_live_abc123xyz_${secret}`, `pk_live_abc123xyz_${secret}\n`,
  ])('is not %j', (text) => expect(parseKeyText(text)).toBeNull());
});
