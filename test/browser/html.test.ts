import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '#report/html.ts';
import { richDetail, richReport } from '../support/rich-report.ts';
import { launchChromium } from './chromium.ts';

const folder = path.resolve(import.meta.dirname, '../../.cache/browser');
mkdirSync(folder, { recursive: true });

interface Opened {
  readonly page: Page;
  /** Console errors, exceptions, policy violations, dialogs and requests: all that must not be. */
  readonly troubles: string[];
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterEach(() => Promise.all(browser.contexts().map((c) => c.close())));
afterAll(() => browser?.close());

const open = async (say = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> => {
  const file = path.join(folder, 'report.html');
  writeFileSync(file, renderHtml(richReport(say), richDetail(say)));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (m) => (m.type() === 'error' || m.type() === 'warning') && troubles.push(m.text()));
  page.on('pageerror', (e) => troubles.push(e.message));
  page.on('dialog', (d) => {
    troubles.push(`dialog ${d.message()}`);
    return d.dismiss();
  });
  page.on('request', (r) => r.url() !== `file://${file}` && troubles.push(`request ${r.url()}`));
  await page.goto(`file://${file}`);
  return { page, troubles };
};

const shown = (page: Page): Promise<string[]> => page.locator('article.finding h4').allTextContents();
const headings = async (page: Page): Promise<string[]> => (await page.locator('#findings h3').allTextContents()).map((t) => t.replace(/\s+/g, ' '));

test('the page says what blocks first, and has nothing to complain about', async () => {
  const { page, troubles } = await open();
  await page.screenshot({ path: path.join(folder, 'light.png'), fullPage: true });
  expect((await shown(page))[0]).toBe('blocks container agent uses image agent:latest: it has no sha256 digest');
  expect(await headings(page)).toEqual(['blocks 1', 'undecided 1', 'warning 1', 'waived 1', 'debt 1']);
  expect(await page.locator('.tile.near').count()).toBe(3);
  expect(await page.locator('td.is ins').first().textContent()).toBe('3');
  expect(troubles).toEqual([]);
});

test('searching and filtering leave what is asked for, and say how much', async () => {
  const { page, troubles } = await open();
  await page.keyboard.press('/');
  await page.keyboard.type('mro-optimizer PROXY');
  expect(await shown(page)).toEqual(['warning container proxy has no memory limit']);
  expect(await page.locator('#result').textContent()).toBe('1 of 5 findings, 0 of 2 changed objects');
  await page.keyboard.press('Escape');
  await page.getByLabel('debt').uncheck();
  expect(await shown(page)).toHaveLength(4);
  await page.locator('.tile[data-cluster=prd-region-se-01]').click();
  expect(await page.locator('#search').inputValue()).toBe('prd-region-se-01');
  expect(await shown(page)).toHaveLength(2);
  expect(troubles).toEqual([]);
});

test.each([
  ['rule', ['security.image_digest 1', 'reliability.probes 1', 'reliability.resources 1', 'network.default_deny 1', 'reliability.disruption_budget 1']],
  ['cluster', ['prd-region-es-01 4', 'prd-region-se-01 2', 'prd-region-se-02 2']],
  ['agent', ['anr-manager 4', 'mro-optimizer 2']],
])('findings are grouped by %s', async (by, expected) => {
  const { page, troubles } = await open();
  await page.getByLabel('group by').selectOption(by);
  expect(await headings(page)).toEqual(expected);
  expect(troubles).toEqual([]);
});

test('a keyboard is enough', async () => {
  const { page } = await open();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  expect(await page.locator('article.finding:focus h4').textContent()).toBe('undecided the pod template could not be read');
  await page.keyboard.press('k');
  expect(await page.locator('article.finding:focus h4').textContent()).toContain('blocks');
});

test('without JavaScript all findings and diffs stand there, and no dead control', async () => {
  const { page } = await open('', { javaScriptEnabled: false });
  expect(await shown(page)).toHaveLength(5);
  expect(await page.locator('#tools').isVisible()).toBe(false);
  expect(await page.locator('table.diff').first().isVisible()).toBe(true);
});

test('dark, narrow and on paper it is whole', async () => {
  const dark = await open('', { colorScheme: 'dark' });
  await dark.page.screenshot({ path: path.join(folder, 'dark.png'), fullPage: true });
  expect(await dark.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(15, 19, 24)');
  const narrow = await open('', { viewport: { width: 390, height: 800 } });
  await narrow.page.screenshot({ path: path.join(folder, 'narrow.png'), fullPage: true });
  expect(await narrow.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await narrow.page.pdf({ path: path.join(folder, 'paper.pdf'), format: 'A4' });
  expect([...dark.troubles, ...narrow.troubles]).toEqual([]);
});

describe('whatever a change says', () => {
  const elements = (page: Page): Promise<number> => page.evaluate(() => document.querySelectorAll('body *:not(ins, del, tr, td)').length);
  let expected: number | undefined;

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</script><script>alert(1)</script>',
    '<!--<script>',
    '</style><link rel=stylesheet href=http://127.0.0.1:9/x.css>',
    '<svg onload=alert(1)>',
    '</code></td></table></details><h1>ALLOW</h1>',
    '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
    '<base href="http://127.0.0.1:9/">',
    '\u202egnp.exe\u202c\u0000\u061c',
    '\u2028alert(1)//',
  ])('%j runs nowhere and makes no element', async (say) => {
    expected ??= await elements((await open()).page);
    const { page, troubles } = await open(` ${say}`);
    await page.locator('#search').fill('alert');
    await page.locator('#search').fill('');
    await page.getByLabel('group by').selectOption('cluster');
    await page.getByLabel('group by').selectOption('standing');
    expect(await elements(page)).toBe(expected);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.evaluate(() => /nothing|[\u202a-\u202e\u0000\u061c]/.test(document.querySelector('main')?.textContent ?? 'nothing'))).toBe(false);
    expect(troubles).toEqual([]);
  });
});

test('a rehearsed rollout is drawn: when it aborts, and what the canary has until then', async () => {
  const { page, troubles } = await open();
  const plot = page.locator('svg.plot');
  expect(await plot.count()).toBe(1);
  await plot.scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(folder, 'rehearsal.png') });
  expect(await plot.getAttribute('aria-label')).toBe('errors 20x: 90.0 % of the rollouts abort; the canary has at most 5.0 % of the work on average');
  // The line of the aborts ends high up, the area of the exposure falls.
  const points = ((await plot.locator('.detected').getAttribute('points')) ?? '').split(' ').map((point) => point.split(',').map(Number));
  expect(points.at(-1)?.[1]).toBeLessThan(40);
  expect(await page.locator('table.numbers tbody tr').count()).toBe(1);
  expect(await page.locator('.rehearsal li').allTextContents()).toContain('Errors are seen from 20x on: at least 80 of 100 rollouts abort.');
  expect(troubles).toEqual([]);
});
