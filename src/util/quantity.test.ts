import { expect, test } from 'vitest';
import { parseQuantity } from './quantity.ts';

test.each([
  ['500m', 0.5],
  ['2', 2],
  [4, 4],
  [0.25, 0.25],
  ['.5', 0.5],
  ['5.', 5],
  ['+3', 3],
  ['0', 0],
  ['250u', 0.00025],
  ['1n', 1e-9],
  ['1k', 1_000],
  ['128M', 128_000_000],
  ['128Mi', 134_217_728],
  ['1Gi', 1_073_741_824],
  ['1.5Gi', 1_610_612_736],
  ['1T', 1e12],
  ['1Ti', 2 ** 40],
  ['1P', 1e15],
  ['1Pi', 2 ** 50],
  ['1Ei', 2 ** 60],
  ['2e3', 2_000],
  ['2E3', 2_000],
  ['2E', 2e18],
  ['12e-1', 1.2],
  ['-1', -1],
  ['-500m', -0.5],
  [-2, -2],
])('%j is the quantity %d', (quantity, value) => {
  expect(parseQuantity(quantity)).toBe(value);
});

test.each([
  ['700m', '0.7'],
  ['1100m', '1.1'],
  ['2300m', '2.3'],
  ['1024Mi', '1Gi'],
  ['1000k', '1M'],
  ['1e3', 1000],
])('%j and %j are one amount, written in two ways', (left, right) => {
  expect(parseQuantity(left)).toBe(parseQuantity(right));
});

test.each(['', ' ', 'm', 'Gi', '1 Gi', ' 1', '1Gb', '1K', '1mi', '0x10', 'one', '1,5', '1.2.3', '--1', '1e', '1e3Mi', '1e3m', 'NaN', 'Infinity', '500m\n'])(
  'the text %j is no quantity',
  (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  },
);

test.each(['1constructor', '1toString', '1valueOf', '1hasOwnProperty'])('%j is no quantity, though every object of JavaScript knows the suffix', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test.each([[null], [undefined], [true], [{}], [['1']], [Number.NaN], [Number.POSITIVE_INFINITY]])('%j is no quantity', (value) => {
  expect(parseQuantity(value)).toBeUndefined();
});
