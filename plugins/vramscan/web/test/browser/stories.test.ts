/** What a visitor does: watch, search, sort, verify; and what happens when the node goes away. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { CheckpointHasher } from '../../src/verify/merkle.ts';
import { Site } from './site.ts';
import { findChromium, launch, Visitor } from './visitor.ts';

interface Now {
  chainTimeMs: number;
  window: { window: { commits: number; miners: number } };
}

interface WindowRecord {
  events: { kind: string; body: { result: { credits: { amount: string }[] }; scores: { signature: string } } }[];
}

const chromium = findChromium();

describe('a visitor', { skip: chromium === undefined }, () => {
  let browser: Browser;
  let site: Site;
  let visitor: Visitor;

  before(async () => {
    browser = await launch(chromium as string);
  });
  beforeEach(async () => {
    site = await Site.start();
    visitor = await Visitor.come(browser, site);
  });
  afterEach(async () => {
    await visitor.leave();
    await site.stop();
  });
  after(async () => {
    await browser.close();
  });

  test('sees a commit as soon as the chain has it', async () => {
    const page = await visitor.open('/');
    site.answer<Now>('/v1/now').window.window.commits = 3;
    site.emit({ sequence: 900, kind: 'GradientCommitted', topic: 'commit', timeMs: 0 });
    await page.getByText('3 / 6').waitFor();
    assert.deepEqual(visitor.complaints, []);
  });

  test('is told when the node is gone, keeps what was there, and misses nothing when it is back', async () => {
    const page = await visitor.open('/');
    site.emit({ sequence: 901, kind: 'GradientCommitted', topic: 'commit', timeMs: 0 });
    await page.getByText('6 / 6').waitFor();
    site.cut();
    await page.locator('.connection[data-state="disconnected"]').waitFor();
    assert.equal(await page.getByText('6 / 6').count(), 1);
    site.answering = true;
    await page.locator('.connection[data-state="live"]').waitFor();
    assert.equal(site.streamRequests.at(-1), '901');
  });

  test('has one stream, however many tabs are open', async () => {
    const first = await visitor.open('/');
    const second = await visitor.open('/windows/');
    await second.locator('.connection[data-state="live"]').waitFor();
    assert.equal(site.streamRequests.length, 1);
    await first.close();
    assert.equal(await second.locator('.connection[data-state="live"]').count(), 1);
  });

  test('verifies a window, step by step', async () => {
    const page = await visitor.open('/windows/10/');
    await page.getByRole('button', { name: 'Verify window 10' }).click();
    await page.locator('[data-outcome="notAttested"]').waitFor();
    assert.equal(await page.locator('.steps > li').count(), 9);
    assert.equal(await page.locator('.difference').count(), 0);
    assert.equal(await page.locator('.steps .badge[data-tone="good"]').filter({ hasText: /^✓valid$/ }).count() >= 7, true);
  });

  test('is shown the one base unit by which a payment is wrong', async () => {
    const record = site.answer<WindowRecord>('/v1/windows/10/record');
    const result = record.events.find((event) => event.kind === 'WindowFinalized')?.body.result;
    const credit = result?.credits[0] as { amount: string };
    credit.amount = String(BigInt(credit.amount) + 1n);
    const page = await visitor.open('/windows/10/');
    await page.getByRole('button', { name: 'Verify window 10' }).click();
    await page.locator('[data-outcome="different"]').waitFor();
    assert.match(await page.locator('.difference').innerText(), /First difference: miner:1, pay/);
  });

  test('is shown a signature that is not the enclave’s', async () => {
    const record = site.answer<WindowRecord>('/v1/windows/10/record');
    const scores = record.events.find((event) => event.kind === 'ScoresSubmitted')?.body.scores as { signature: string };
    scores.signature = scores.signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const page = await visitor.open('/windows/10/');
    await page.getByRole('button', { name: 'Verify window 10' }).click();
    await page.locator('[data-outcome="signatureInvalid"]').waitFor();
  });

  test('sees a software enclave’s attestation in amber, never in green', async () => {
    const page = await visitor.open('/enclaves/1-1/');
    await page.getByRole('button', { name: 'Verify attestation' }).click();
    await page.locator('[data-outcome="notAttested"] .badge[data-tone="dev"]').waitFor();
    assert.equal(await page.locator('.checks .badge[data-tone="good"]').count(), 7);
  });

  test('hashes a downloaded checkpoint against the anchored root', async () => {
    const content = Buffer.alloc(2 * 1024 * 1024 + 7, 'weights');
    const hasher = new CheckpointHasher();
    hasher.update(content);
    site.answer<{ checkpoint: { root: string } }>('/v1/checkpoints/11').checkpoint.root = hasher.root();
    const page = await visitor.open('/checkpoints/11/');
    const file = { name: 'checkpoint-11.safetensors', mimeType: 'application/octet-stream', buffer: content };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.locator('[data-outcome="valid"]').waitFor();
    content.writeUInt8(content.readUInt8(5) ^ 1, 5);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.locator('[data-outcome="different"]').waitFor();
  });

  test('verifies without any server, from the saved file', async () => {
    const page = await visitor.context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const saved = pathToFileURL('out/vramscan-verify.html').href;
    await page.goto(saved);
    await pasted(page, JSON.stringify(site.answer('/v1/windows/10/record')));
    await page.locator('[data-outcome="notAttested"]').waitFor();
    await pasted(page, '{"format":"something-else"}');
    await page.locator('[data-outcome="notCheckable"]').waitFor();
    assert.match(await page.locator('[data-outcome="notCheckable"]').innerText(), /\$\.format is "something-else"; it must be/);
    assert.deepEqual(requests, [saved]);
  });

  test('drops a record on the page of verification', async () => {
    const path = 'build/window-10.json';
    writeFileSync(path, JSON.stringify(site.answer('/v1/windows/10/record')));
    const page = await visitor.open('/verify/');
    await page.locator('input[type=file]').first().setInputFiles(path);
    await page.locator('[data-outcome="notAttested"]').waitFor();
    assert.match(await page.locator('textarea').inputValue(), /^\{"format":"vramscan-window\/1"/);
  });

  test('goes everywhere with the keyboard', async () => {
    const page = await visitor.open('/');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'To the content');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('3');
    await page.getByRole('option', { name: /honest 3/ }).first().hover();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Miner 3', exact: true }).waitFor();
    const chart = page.getByRole('img', { name: /^Rating\./ });
    await chart.focus();
    await page.keyboard.press('End');
    await page.getByText(/^window \d+ · mu /).waitFor();
  });

  test('sends a link that shows the same order and the same rows', async () => {
    const page = await visitor.open('/miners/');
    await page.getByRole('button', { name: 'Earned, VRAM' }).press('Enter');
    await page.getByRole('searchbox').fill('honest');
    await page.getByRole('cell', { name: 'copycat 5' }).waitFor({ state: 'detached' });
    const other = await visitor.open(new URL(page.url()).pathname + new URL(page.url()).search);
    assert.match(other.url(), /miners\.sort=-earned/);
    assert.equal(await other.locator('tbody tr').count(), 4);
    assert.match(await other.locator('tbody tr').first().innerText(), /miner 2/);
  });

  test('is given the older events page after page', async () => {
    const page = await visitor.open('/events/');
    assert.equal(await page.locator('tbody tr').count(), 50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.locator('tbody tr').nth(99).waitFor();
    assert.equal(await page.locator('tbody tr').count(), 100);
    await page.getByLabel('Topic').selectOption('reward');
    await page.getByRole('link', { name: 'Claimed' }).or(page.getByRole('cell', { name: 'Claimed' })).first().waitFor();
    assert.match(page.url(), /events\.only=topic%3Dreward/);
  });

  test('takes the rows away as CSV', async () => {
    const page = await visitor.open('/windows/10/');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).first().click()]);
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 7);
    assert.match(lines[0] ?? '', /^Miner,Label,Committed,/);
  });

  test('keeps the chosen theme', async () => {
    const page = await visitor.open('/');
    await page.getByRole('button', { name: /System theme/ }).click();
    await page.reload();
    await page.getByRole('button', { name: /Light theme/ }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'light');
  });
});

async function pasted(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
}
