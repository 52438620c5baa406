/** A browser that visits the site, and keeps note of everything it complains about. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Site } from './site.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; undefined if it is not installed. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  return named !== undefined && named !== '' ? named : PLACES.find(existsSync);
}

export async function launch(executablePath: string): Promise<Browser> {
  // Root in a container has no user namespaces for the sandbox, and only our own pages are visited.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** The moment at which the recorded network stands still. */
export function standstill(site: Site): number {
  return site.answer<{ serverTimeMs: number }>('/v1/now').serverTimeMs;
}

export class Visitor {
  /** Errors of scripts, violations of the policy, failed requests: all reach the console. */
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    private readonly site: Site,
  ) {}

  static async come(browser: Browser, site: Site, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, reducedMotion: 'reduce', ...options });
    return new Visitor(context, site);
  }

  /** A tab at a path, once the page has what it asked for. */
  async open(path: string): Promise<Page> {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.complaints.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.text().includes('Content Security Policy')) {
        this.complaints.push(`${path}: ${message.text()}`);
      }
    });
    page.on('dialog', (dialog) => {
      this.complaints.push(`${path}: a dialog says ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.clock.setFixedTime(standstill(this.site));
    await page.goto(this.site.origin + path);
    await settled(page);
    return page;
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

/** Waits until nothing on the page is loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.connection:not([data-state="connecting"])').waitFor();
  await page.locator('main .loading').waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
