/** Letters of other scripts, and digits, that look like a Latin letter in a common typeface (the idea of Unicode TR 39, as far as names need it). */
const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '5': 's',
  '|': 'l',
  i: 'l',
  ı: 'l',
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ё: 'e',
  һ: 'h',
  і: 'l',
  ї: 'l',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'l',
  κ: 'k',
  μ: 'm',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
  γ: 'y',
  ω: 'w',
  ϲ: 'c',
  ϳ: 'j',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ɑ: 'a',
  ɡ: 'g',
  ʀ: 'r',
  ß: 'b',
};

/** What a name looks like: case, accents, width, separators and look-alike letters are gone. Two names that look alike are one person. */
const appearanceOf = (name: string): string =>
  [...name.normalize('NFKD').toLowerCase().normalize('NFKD')]
    .filter((c) => !/[\p{M}\p{Cf}\p{P}\p{Z}\p{C}]/u.test(c) || c === '|')
    .map((c) => lookalikes[c] ?? c)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

/** Everything that one author line of git may stand for: the name, the address, its local part, and the login in a GitHub no-reply address. */
export const namesOf = (author: string): string[] => {
  const [, name = author, address = ''] = /^(.*?)\s*<([^>]*)>\s*$/.exec(author) ?? [];
  const local = address.split('@')[0] ?? '';
  return [name, address, local, local.replace(/^\d+\+/, '')].filter((text) => text !== '');
};

const machines = /^(dependabot|renovate|github-?actions?|mergify|argocd|ranfleet|web-flow)$|(^|[-_.])(bot|ci|robot|automation)$|bot$|\[bot\]/;

/** Whether a name is that of a machine. */
export const isMachine = (name: string): boolean => machines.test(name.replace(/^@/, '').normalize('NFKC').toLowerCase());

/** Whether two names look like one person; a team and its members can not be told apart by name. */
export const isSamePerson = (a: string, b: string): boolean => {
  const [left, right] = [appearanceOf(a), appearanceOf(b)];
  return left !== '' && left === right;
};
