import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { hostile } from '../../test/support/hostile-text.ts';
import { clip, fencedText, htmlText, logLine, markdownText, markerOf, oneLine, printable, scriptJson, tagText, xmlText } from './escape.ts';

test.each([
  ['@norvik/ran-mobility', '@\u200bnorvik/ran-mobility'],
  ['<script>&amp;', '&lt;script&gt;&amp;amp;'],
  ['`code` *bold* _it_ ~no~', '\\`code\\` \\*bold\\* \\_it\\_ \\~no\\~'],
  ['[x](http://evil) ![i](u)', '\\[x\\]\\(http:\u200b//evil\\) \\!\\[i\\]\\(u\\)'],
  ['# head | cell', '\\# head \\| cell'],
  ['a\nb\r\nc', 'a b c'],
  ['a\u202eb\u200bc\ufeffd\u0000e\u061cf', 'a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf'],
  ['back\\slash', 'back\\\\slash'],
  ['see #12 and GH-7', 'see \\#\u200b12 and GH-\u200b7'],
  ['- item', '\\- item'],
  ['1. item', '1\\. item'],
  ['::error::x', ':\u200b:error::x'],
])('in Markdown %j is written %j', (text, escaped) => {
  expect(markdownText(text)).toBe(escaped);
});

test.each([
  ['a_b*c`d', 'a&#95;b&#42;c&#96;d'],
  ['<b>"x" & \'y\'', '&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;'],
  ['back\\slash', 'back&#92;slash'],
  ['@norvik', '@\u200bnorvik'],
])('inside a tag %j is written %j, without a backslash that would be shown', (text, escaped) => {
  expect(tagText(text)).toBe(escaped);
});

test.each([
  ['::error::x', ': :error::x'],
  ['    ::error::x', '    : :error::x'],
  ['\u001b[2m  ::error::x', '\u001b[2m  : :error::x'],
  ['a::b', 'a::b'],
  [':: :: x', ': : :: x'],
])('a line %j of a log is printed as %j', (line, printed) => {
  expect(logLine(line)).toBe(printed);
});

test('a command in the middle of a line is none any more', () => {
  expect(printable('x ##[add-mask]y ###[b]')).toBe('x ## [add-mask]y ### [b]');
});

test('a mark holds a key, whatever the key is', () => {
  expect(markerOf('pull--7 --> <x>')).toBe('<!-- ranfleet-gate:pull-7-x- -->');
});

test('a text is cut between characters, and says so', () => {
  expect([clip('abcdef', 6), clip('abcdef', 5), clip('ab😀d', 4)]).toEqual(['abcdef', 'abcd…', 'ab…']);
});

const hiddenCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Put in by the escapers themselves, to part what would be joined. */
const withoutParting = (text: string): string => text.replaceAll('\u200b', '');
const always = (holds: (text: string) => void): void => fc.assert(fc.property(hostile, holds), { numRuns: 300 });

describe('whatever a change says', () => {
  test('nothing hidden or reordering is left, and no line of its own', () => {
    always((text) => {
      for (const write of [oneLine, printable, markdownText, tagText]) expect(hiddenCharacters.test(withoutParting(write(text)))).toBe(false);
    });
  });

  test('Markdown has no tag, no mention, no code, no link and no comment', () => {
    always((text) => {
      for (const write of [markdownText, tagText]) {
        const escaped = write(text).replace(/&#\d+;/g, '&;');
        expect(/[<>]|@\w|#\d|gh-\d|:\/\/|www\./i.test(escaped)).toBe(false);
        expect(/(?<!\\)(\\\\)*[`[\]*_]/.test(escaped)).toBe(false);
      }
    });
  });

  test('no line of a log is a command', () => {
    always((text) => {
      const line = logLine(`  ${printable(text)}`);
      expect(/^\s*::|##\[/.test(line)).toBe(false);
    });
  });

  test('a fenced block ends where it should', () => {
    always((text) => {
      const block = fencedText([`+ ${text}`, `- ${text}`], 'diff');
      const fence = /^`+/.exec(block)?.[0] ?? '';
      expect(block.split('\n')).toHaveLength(4);
      expect(block.split(fence)).toHaveLength(3);
      expect(block.includes('<!--')).toBe(false);
    });
  });

  test('HTML and JSON in HTML hold text only', () => {
    always((text) => {
      expect(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/.test(htmlText(text))).toBe(false);
      const json = scriptJson({ text });
      expect(/[<>&\u2028\u2029]/.test(json)).toBe(false);
      expect(JSON.parse(json)).toEqual({ text });
    });
  });

  test('XML can be read, and reads as the text without what it can not hold', () => {
    always((text) => {
      const read: string[] = [];
      const parser = new SaxesParser();
      parser.on('error', (error) => {
        throw error;
      });
      parser.on('attribute', ({ value }) => read.push(value));
      parser.on('text', (value) => read.push(value));
      parser.write(`<a b="${xmlText(text)}">.${xmlText(text)}</a>`).close();
      expect(read[0]).toBe(read[1]?.slice(1));
      expect(read[0]?.includes('plain text')).toBe(text.includes('plain text'));
    });
  });
});
