import { diffLines, diffWordsWithSpace } from 'diff';
import { dump } from 'js-yaml';
import type { ObjectSides } from '#model/report-detail.ts';
import { count } from '#util/count.ts';
import { htmlText } from '../escape.ts';

const context = 3;
const rowsShown = 600;

interface Side {
  readonly line: number;
  readonly html: string;
}

interface Row {
  readonly kind: 'same' | 'changed';
  readonly before?: Side;
  readonly after?: Side;
}

/** Before and after of one object as YAML, side by side, with marks inside changed lines; or the one side that exists. */
export const diffTable = ({ before, after }: ObjectSides): string => {
  if (before === undefined && after === undefined) return '';
  const rows = before !== undefined && after !== undefined ? pairedRows(yamlOf(before), yamlOf(after)) : singleRows(before, after);
  const shown = rows.slice(0, rowsShown);
  const rest = rows.length - shown.length;
  const caption = before === undefined ? 'added' : after === undefined ? 'removed' : 'before and after';
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="YAML, ${caption}"><table class="diff"><colgroup><col class="no"><col><col class="no"><col></colgroup><thead><tr><th colspan="2">before</th><th colspan="2">after</th></tr></thead><tbody>`,
    ...folded(shown).map((row) => (typeof row === 'number' ? gapHtml(row) : rowHtml(row))),
    ...(rest > 0 ? [`<tr class="gap"><td colspan="4">and ${count(rest, 'more line')}</td></tr>`] : []),
    '</tbody></table></div>',
  ].join('\n');
};

const yamlOf = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

const singleRows = (before: unknown, after: unknown): Row[] =>
  linesOf(yamlOf(before ?? after)).map((text, i): Row => {
    const side = { line: i + 1, html: htmlText(text) };
    return { kind: 'changed', ...(before === undefined ? { after: side } : { before: side }) };
  });

const pairedRows = (before: string, after: string): Row[] => {
  const rows: Row[] = [];
  let left = 1;
  let right = 1;
  let waiting: string[] = [];
  const flush = (added: readonly string[]): void => {
    for (let i = 0; i < Math.max(waiting.length, added.length); i++) {
      const [was, is] = marked(waiting[i], added[i]);
      rows.push({
        kind: 'changed',
        ...(was === undefined ? {} : { before: { line: left++, html: was } }),
        ...(is === undefined ? {} : { after: { line: right++, html: is } }),
      });
    }
    waiting = [];
  };
  for (const part of diffLines(before, after)) {
    if (part.removed) waiting = linesOf(part.value);
    else if (part.added) flush(linesOf(part.value));
    else {
      flush([]);
      for (const text of linesOf(part.value))
        rows.push({ kind: 'same', before: { line: left++, html: htmlText(text) }, after: { line: right++, html: htmlText(text) } });
    }
  }
  flush([]);
  return rows;
};

/** Both sides of a changed line, with what differs inside it marked; lines without a partner stand as they are. */
const marked = (was: string | undefined, is: string | undefined): [string | undefined, string | undefined] => {
  if (was === undefined || is === undefined || was.length + is.length > 2_000)
    return [was, is].map((t) => (t === undefined ? t : htmlText(t))) as [string, string];
  const parts = diffWordsWithSpace(was, is);
  const side = (skip: 'added' | 'removed', mark: 'added' | 'removed', tag: string): string =>
    parts
      .filter((p) => !p[skip])
      .map((p) => (p[mark] ? `<${tag}>${htmlText(p.value)}</${tag}>` : htmlText(p.value)))
      .join('');
  return [side('added', 'removed', 'del'), side('removed', 'added', 'ins')];
};

/** Runs of equal lines far from any change become their number. */
const folded = (rows: readonly Row[]): (Row | number)[] => {
  const near = new Set(rows.flatMap((row, i) => (row.kind === 'same' ? [] : Array.from({ length: 2 * context + 1 }, (_, k) => i - context + k))));
  const out: (Row | number)[] = [];
  rows.forEach((row, i) => {
    const last = out.at(-1);
    if (near.has(i)) out.push(row);
    else if (typeof last === 'number') out[out.length - 1] = last + 1;
    else out.push(1);
  });
  return out;
};

const gapHtml = (lines: number): string => `<tr class="gap"><td colspan="4">${count(lines, 'equal line')}</td></tr>`;

const rowHtml = ({ kind, before, after }: Row): string => {
  const cell = (side: Side | undefined, type: string): string =>
    side === undefined
      ? '<td class="no"></td><td class="none"></td>'
      : `<td class="no">${side.line}</td><td${kind === 'changed' ? ` class="${type}"` : ''}>${side.html}</td>`;
  return `<tr>${cell(before, 'was')}${cell(after, 'is')}</tr>`;
};
