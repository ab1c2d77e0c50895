import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** A real browser without a window. @throws where the machine has none: these tests never pass by being left out. */
export const launchChromium = async (): Promise<Browser> => {
  const named = process.env['CHROMIUM'];
  const executablePath = named ?? places.find(existsSync);
  if (executablePath === undefined || !existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${named ?? places.join(', ')}. Install one (Debian: apt-get install chromium), or name it: CHROMIUM=<path> npm run test:browser`,
    );
  }
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
};
