/** Every page: what it shows, for everyone, in both themes, on a narrow screen. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { Site } from './site.ts';
import { findChromium, launch, settled, Visitor } from './visitor.ts';

const PAGES: readonly (readonly [path: string, heading: string])[] = [
  ['/', 'Overview'],
  ['/windows/', 'Windows'],
  ['/windows/10/', 'Window 10'],
  ['/training/', 'Training'],
  ['/checkpoints/', 'Checkpoints'],
  ['/checkpoints/11/', 'Checkpoint 11'],
  ['/miners/', 'Miners'],
  ['/miners/2/', 'Miner 2'],
  ['/validators/', 'Validators'],
  ['/validators/1/', 'Validator 1'],
  ['/enclaves/', 'Enclaves'],
  ['/enclaves/1-1/', 'Enclave 1-1'],
  ['/rewards/', 'Rewards'],
  ['/hparams/', 'Parameters'],
  ['/events/', 'Events'],
  ['/events/60/', 'Event 60'],
  ['/verify/', 'Verify'],
  ['/status/', 'Status'],
  ['/docs/', 'Documents'],
  ['/docs/manual/', 'Manual'],
  ['/api/', 'API'],
];

/** Where pictures of every page go; none are taken without it. */
const PICTURES = process.env['VRAMSCAN_PICTURES'];
const THEMES = ['dark', 'light'] as const;
const PICTURE_HEIGHT = 1400;

const chromium = findChromium();

describe('every page', { skip: chromium === undefined }, () => {
  let site: Site;
  let browser: Browser;
  let visitor: Visitor;

  before(async () => {
    site = await Site.start();
    browser = await launch(chromium as string);
    visitor = await Visitor.come(browser, site);
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  for (const [path, heading] of PAGES) {
    test(`${path} is accessible in both themes, fits 320 px, and breaks no policy`, async () => {
      const page = await visitor.open(path);
      assert.equal(await page.locator('h1').first().innerText(), heading);
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), []);
        await picture(page, path, colorScheme);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      assert.ok((await widest(page)) <= 320, `${path} scrolls sideways at 320 px`);
      await page.close();
      assert.deepEqual(visitor.complaints, []);
    });
  }

  test('a link leads on without a reload, and back', async () => {
    const page = await visitor.open('/windows/');
    await page.getByRole('link', { name: '10', exact: true }).click();
    await page.getByRole('heading', { name: 'Window 10', exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Windows', exact: true }).waitFor();
    await page.close();
    assert.deepEqual(visitor.complaints, []);
  });

  test('an id nobody has is said to be missing', async () => {
    const page = await visitor.open('/miners/900/');
    assert.match(await page.getByRole('alert').first().innerText(), /Not found[\s\S]*nothing at \/v1\/miners\/900/);
    await page.close();
    visitor.complaints.length = 0;
  });

  test('labels with markup, scripts and turned writing are text', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>\u202Egnp.exe';
    for (const miner of site.answer<{ items: { label: string }[] }>('/v1/miners').items) {
      miner.label = hostile;
    }
    site.answer<{ label: string }>('/v1/miners/2').label = hostile;
    for (const path of ['/miners/', '/miners/2/']) {
      const page = await visitor.open(path);
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
      assert.equal(await page.locator('main img').count(), 0);
      await page.close();
    }
    assert.deepEqual(visitor.complaints, []);
  });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).slice(0, 3).join(' ')}`);
}

async function widest(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

async function picture(page: Page, path: string, theme: string): Promise<void> {
  if (PICTURES === undefined) {
    return;
  }
  mkdirSync(PICTURES, { recursive: true });
  await settled(page);
  const name = path === '/' ? 'home' : path.replace(/^\/|\/$/g, '').replaceAll('/', '-');
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    path: `${PICTURES}/${name}-${theme}.jpg`,
    type: 'jpeg',
    quality: 80,
    fullPage: true,
    animations: 'disabled',
    clip: { x: 0, y: 0, width: 1360, height: Math.min(height, PICTURE_HEIGHT) },
  });
}
