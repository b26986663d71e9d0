import { describe, expect, it } from '@jest/globals';
import { csvRecord } from './csv.js';

describe('csv', () => {
  it.each([
    [['a', 1, null, 'b'], 'a,1,,b\r\n'],
    [['say "hi"', 'a,b', 'line\nbreak'], '"say ""hi""","a,b","line\nbreak"\r\n'],
    [[['x/y', 'z']], 'x/y;z\r\n'],
    [['=1+1', '+1', '-1+1', '@a', '\tx', '\ry'], `'=1+1,'+1,'-1+1,'@a,'\tx,"'\ry"\r\n`],
    [['-1.5', '12'], '-1.5,12\r\n'],
    [[['=cmd()', 'b']], `'=cmd();b\r\n`],
    [[-1, 0.5], '-1,0.5\r\n'],
  ])('writes %j', (cells, expected) => expect(csvRecord(cells)).toBe(expected));
});
