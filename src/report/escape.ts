/**
 * Every way in which text from a change may enter a report. Such text is data: wherever it stands, no markup, no mention, no
 * command of a build log, no control character and nothing invisible of it may take effect.
 */

/** Control, format (bidi, zero width, tags) and private surrogate characters, separators, fillers: all that hides or reorders text. */
const hidden =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0e\u{e0100}-\u{e01ef}]/gu;

const replacement = '\ufffd';

/** Parts what GitHub would join to a mention, a link or a command; the eye does not see it. */
const parting = '\u200b';

/** On one line, everything hidden made visible; no markup is touched. */
export const oneLine = (text: string): string => text.replace(/\r?\n/g, ' ').replace(hidden, replacement);

/** The same, but lines and tabs stay. */
export const manyLines = (text: string): string => text.replace(/\r\n/g, '\n').replace(hidden, (c) => (c === '\n' || c === '\t' ? c : replacement));

/**
 * Text as it may stand on a terminal or in a build log. A log of GitHub reads `##[command]` anywhere in a line as a command
 * (actions/runner, ActionCommand.TryParse).
 */
export const printable = (text: string): string => text.replace(hidden, replacement).replace(/##(?=\[)/g, '## ');

/** A log reads lines that begin with `::`, after white space, as commands (actions/runner, ActionCommand.TryParseV2). */
export const logLine = (line: string): string => line.replace(/^((?:\s|\u001b\[[0-9;]*m)*):(?=:)/, '$1: ');

/** Text of several lines, each fit for a log; a line break in it was ours or the change's, so none may begin a command. */
export const printableLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => logLine(printable(line)))
    .join('\n');

/** Breaks mentions, references to issues, bare links and commands, all of which GitHub makes of plain text. */
const parted = (text: string): string =>
  text
    .replace(/@(?=\w)/g, `@${parting}`)
    .replace(/#(?=\d)/g, `#${parting}`)
    .replace(/(gh-)(?=\d)/gi, `$1${parting}`)
    .replace(/(\w:)(?=\/\/)/g, `$1${parting}`)
    .replace(/(www)(?=\.)/gi, `$1${parting}`)
    .replace(/^(\s*:)(?=:)/, `$1${parting}`);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text inside Markdown. */
export const markdownText = (text: string): string =>
  parted(oneLine(text))
    .replace(/[&<>]/g, (c) => entities[c] ?? c)
    .replace(/[\\`*_{}[\]()#+!|~]/g, (c) => `\\${c}`)
    .replace(/^(\s*)([-=])/, '$1\\$2')
    .replace(/^(\s*\d+)\./, '$1\\.');

/**
 * Text inside an HTML tag of a Markdown document. There GitHub shows a backslash as it stands, so whatever could be markup is a
 * numeric entity: inert in either language.
 */
export const tagText = (text: string): string => parted(oneLine(text)).replace(/[&<>"'\\`*_{}[\]()#+!|~]/g, (c) => entities[c] ?? `&#${c.charCodeAt(0)};`);

/** A block of text that Markdown shows as it stands. The fence is longer than any run of its character inside. */
export const fencedText = (lines: readonly string[], language = ''): string => {
  const text = lines.map((line) => oneLine(line).replaceAll('<!--', `<${parting}!--`)).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};

/** Text or an attribute's value in HTML. */
export const htmlText = (text: string): string => manyLines(text).replace(/[&<>"']/g, (c) => entities[c] ?? c);

/** Text or an attribute's value in XML 1.0, which has no way to write control characters; in an attribute, a line break needs an entity. */
export const xmlText = (text: string): string =>
  manyLines(text)
    .replace(/[&<>"']/g, (c) => entities[c] ?? c)
    .replace(/\n/g, '&#10;')
    .replace(/\t/g, '&#9;');

const unicodeEscape = (text: string): string => [...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** JSON for a script element of HTML: nothing in it can end the element, begin a comment or hide from who reads the source. */
export const scriptJson = (value: unknown): string => JSON.stringify(value).replace(/[<>&]/g, unicodeEscape).replace(hidden, unicodeEscape);

/** Hidden mark by which a comment is found again; a change can not write one, because `<` never leaves the escapers as it came in. */
export const markerOf = (key: string): string => `<!-- ranfleet-gate:${key.replace(/[^A-Za-z0-9._]+/g, '-')} -->`;

/** The first `limit` UTF-16 units, never half a character, with a sign that there was more. */
export const clip = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
};
