/** Text from a source as it may stand in a message: short, on one line, nothing invisible. */
export const shown = (text: string, limit = 60): string => {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(/[^\u0020-\u007e\u00a1-\u024f…]/gu, (c) => `<U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
};
