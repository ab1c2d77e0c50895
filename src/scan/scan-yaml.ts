import {
  type AliasEvent,
  type DocumentEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { shown } from '#util/shown.ts';
import { budgets } from './budgets.ts';
import { deceptiveCharacter, readText } from './characters.ts';
import { readPlain } from './plain-scalars.ts';
import { placeIn, type ScanProblem } from './problem.ts';
import { syntaxProblem } from './syntax-problem.ts';

/** What the root of a document is. */
type RootShape = 'map' | 'list' | 'scalar' | 'empty';

/** One YAML source: its text and structure where they can be trusted, else why not. */
export interface YamlScan {
  readonly text: string;
  /** Undefined when the text is not YAML, or too large to look at. */
  readonly events: readonly Event[] | undefined;
  readonly roots: readonly RootShape[];
  readonly problems: readonly ScanProblem[];
}

/** Looks at the bytes of one source. Never throws; never builds a value. */
export const scanYaml = (bytes: Uint8Array): YamlScan => {
  const { text, problem } = readText(bytes);
  return problem ? { text, events: undefined, roots: [], problems: [problem] } : scanText(text);
};

/** The same for a text that stands inside another source. */
export const scanText = (text: string): YamlScan => {
  let events: readonly Event[];
  try {
    events = parseEvents(text, { maxDepth: budgets.depth });
  } catch (error) {
    return { text, events: undefined, roots: [], problems: [syntaxProblem(text, error)] };
  }
  const walk = new EventWalk(text, events);
  return { text, events: walk.isTooLarge ? undefined : events, roots: walk.roots, problems: walk.problems };
};

/** An open collection: for maps, whether a key comes next, and the keys so far. */
interface Open {
  readonly keys: Set<string> | undefined;
  isKeyNext: boolean;
  readonly anchor: string | undefined;
  /** Size of everything before it. */
  readonly before: number;
}

/** Walks the events of a text once, and notes everything that parsers do not read alike. */
class EventWalk {
  readonly problems: ScanProblem[] = [];
  readonly roots: RootShape[] = [];
  readonly isTooLarge: boolean;
  readonly #text: string;
  readonly #open: Open[] = [];
  /** Values that each finished anchor of the document stands for. */
  readonly #anchors = new Map<string, number>();
  /** Values so far, as many as there are when every alias is written out. */
  #size = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.isTooLarge = events.length > 2 * budgets.nodes;
    if (this.isTooLarge) {
      this.problems.push({ kind: 'limit', line: 1, column: 1, message: `holds more than ${budgets.nodes} values`, solution: 'Split it.' });
      return;
    }
    for (const event of events) {
      if (this.problems.length >= budgets.problems) return;
      this.#see(event);
    }
    this.#separators();
  }

  #see(event: Event): void {
    if (event.type === EVENT_ID.POP) this.#pop();
    else if (event.type === EVENT_ID.DOCUMENT) this.#document(event);
    else if (event.type === EVENT_ID.ALIAS) this.#alias(event);
    else {
      this.#size++;
      if (event.tagStart >= 0) this.#say(event.tagStart, 'has a tag', 'Write the value without it, in quotes where it is text.');
      if (event.type === EVENT_ID.SCALAR) this.#scalar(event);
      else this.#collection(event);
    }
  }

  #document({ directives }: DocumentEvent): void {
    if (directives.length > 0) this.#say(/^%/m.exec(this.#text)?.index ?? 0, 'has a directive', 'Remove the line that starts with %.');
    this.#open.push({ keys: undefined, isKeyNext: false, anchor: undefined, before: this.#size });
    this.#anchors.clear();
    this.roots.push('empty');
  }

  #pop(): void {
    const closed = this.#open.pop();
    if (closed?.anchor !== undefined) this.#anchors.set(closed.anchor, this.#size - closed.before);
    this.#turn();
  }

  /** An alias counts as all that it stands for: what is small here may be large where it is written out. */
  #alias({ anchorStart, anchorEnd }: AliasEvent): void {
    const name = this.#text.slice(anchorStart, anchorEnd);
    const size = this.#anchors.get(name);
    if (size === undefined) this.#say(anchorStart, `alias ${shown(name)} stands for a value that is not finished before it`, 'Write the value out.');
    if (this.#open.at(-1)?.isKeyNext === true) this.#say(anchorStart, 'has an alias for a key', 'Write the key out.');
    const before = this.#size;
    this.#size += size ?? 1;
    if (before <= budgets.expansion && this.#size > budgets.expansion)
      this.#say(anchorStart, `stands for more than ${budgets.expansion} values when its aliases are written out`, 'Use fewer aliases.', 'limit');
    this.#turn();
  }

  /** A value has ended: in a map, keys and values take turns. */
  #turn(): void {
    const inner = this.#open.at(-1);
    if (inner?.keys) inner.isKeyNext = !inner.isKeyNext;
  }

  #collection(event: SequenceEvent | MappingEvent): void {
    const isMap = event.type === EVENT_ID.MAPPING;
    this.#root(isMap ? 'map' : 'list');
    if (this.#open.at(-1)?.isKeyNext === true) this.#say(event.start, 'has a key that is no text', 'Write a plain name before the colon.');
    this.#open.push({ keys: isMap ? new Set() : undefined, isKeyNext: isMap, anchor: this.#anchorOf(event), before: this.#size - 1 });
  }

  #anchorOf({ anchorStart, anchorEnd }: ScalarEvent | SequenceEvent | MappingEvent): string | undefined {
    return anchorStart < 0 ? undefined : this.#text.slice(anchorStart, anchorEnd);
  }

  #scalar(event: ScalarEvent): void {
    const value = getScalarValue(this.#text, event);
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    const at = event.valueStart;
    if (this.#open.length === 1 && (value !== '' || !isPlain)) this.#root('scalar');
    const inner = this.#open.at(-1);
    if (value.length > budgets.scalarLength) this.#say(at, `holds a text of ${value.length} characters`, 'Split it.', 'limit');
    else if (!isPlain) this.#quoted(event, value);
    if (inner?.keys && inner.isKeyNext) this.#key(inner.keys, value, isPlain, at);
    else if (isPlain) this.#plain(value, at);
    if (event.anchorStart >= 0) this.#anchors.set(this.#anchorOf(event) ?? '', 1);
    this.#turn();
  }

  #quoted(event: ScalarEvent, value: string): void {
    const found = deceptiveCharacter(value);
    if (found) this.#say(event.valueStart, `spells the character ${found.name}`, 'Leave it out.');
  }

  #plain(value: string, at: number): void {
    const reading = readPlain(value);
    if (reading === 'text' || reading === 'value') return;
    const name = shown(value);
    if (reading === 'ambiguous')
      this.#say(at, `${name} reads differently in YAML 1.1 and 1.2`, 'Quote it, or write true, false, null or a plain decimal number.');
    if (reading === 'inexact') this.#say(at, `${name} is a number that not every reader can hold`, 'Quote it, or write a smaller number.');
  }

  #key(keys: Set<string>, key: string, isPlain: boolean, at: number): void {
    const say = (what: string, solution: string): void => this.#say(at, `key ${shown(key) || '(empty)'} ${what}`, solution);
    if (isPlain && readPlain(key) !== 'text') say('is no text to every reader', 'Quote it.');
    if (key === '__proto__' || key === '<<') say('has a meaning of its own to some readers', 'Use another name, and write merged fields out.');
    if (key.length > budgets.keyLength) this.#say(at, `has a key of ${key.length} characters`, 'Shorten it.');
    if (keys.has(key)) say('stands here twice', 'Keep one.');
    keys.add(key);
  }

  #root(shape: RootShape): void {
    if (this.#open.length === 1) this.roots[this.roots.length - 1] = shape;
  }

  /** kustomize splits a file at lines that begin with --- and reads one document of each part: anything else it drops without a word. */
  #separators(): void {
    if (!this.#text.includes('---') && !this.#text.includes('...')) return;
    const odd = /^(?:\.\.\.|---[^\S\n]*[^#\s]).*$/m.exec(this.#text);
    if (odd) this.#say(odd.index, `separates documents with ${shown(odd[0])}`, 'Separate documents with a line that holds --- and nothing else.');
  }

  #say(offset: number, message: string, solution: string, kind: ScanProblem['kind'] = 'malformed'): void {
    this.problems.push({ kind, ...placeIn(this.#text, Math.max(0, offset)), message, solution });
  }
}
