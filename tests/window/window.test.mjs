// The real window, from an empty store to one refund in the platform's books.
//
// Runs inside a desktop session (session.sh) with FERMATA_BINARY, the window's program, and
// FERMATA_OUTPUT, the folder for pictures.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { By, Key } from 'selenium-webdriver';
import { openWindow, until } from './driver.mjs';

const binary = process.env.FERMATA_BINARY;
const output = process.env.FERMATA_OUTPUT;
const cli = path.join(path.dirname(binary), 'fermata');
const dataDir = path.join(output, 'data');
const keepsSecretsIn = 'keyrings';

/**
 * Starts a practice store in a process of its own, so that its books are nobody's but its own; on the
 * real data set where that is present.
 */
async function startPractice() {
  const shared = process.env.FERMATA_SHARED ?? path.join(import.meta.dirname, '../../../shared');
  const real = existsSync(path.join(shared, 'data'));
  if (!real) console.log(`skipped: the real data set (none at ${shared}); the generated world is used`);
  const world = real ? ['--world', 'tau-retail'] : ['--customers', '300'];
  const child = spawn(cli, ['practice', '--port', '0', ...world], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', (text) => resolve([text]))),
    new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`practice ended with ${code}`)))),
  ]);
  return { ...JSON.parse(line), stop: () => child.kill() };
}

/** Starts a notification service that writes down what it is told. */
async function startNotifications(file) {
  const script = path.join(import.meta.dirname, 'notifications.py');
  const child = spawn('/usr/bin/python3', [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the notification service ended with ${code}`)));
  });
  return { stop: () => child.kill() };
}

const notified = path.join(output, 'notifications.jsonl');
let notifications;
let practice;
let window;

before(async () => {
  notifications = await startNotifications(notified);
  practice = await startPractice();
  window = await openWindow({ binary, args: ['--data-dir', dataDir], output });
});

after(async () => {
  await window?.close();
  practice?.stop();
  notifications?.stop();
});

/** Finds a button by what it says. */
const button = (name) =>
  until(`a button "${name}"`, async () => {
    const found = await window.driver.findElements(By.xpath(`//button[normalize-space(.)='${name}']`));
    for (const one of found) if ((await one.isDisplayed()) && (await one.isEnabled())) return one;
    return undefined;
  });

const press = async (name) => (await button(name)).click();

const fill = async (selector, value) => {
  const field = await until(`a field ${selector}`, () => window.driver.findElement(By.css(selector)));
  await field.clear();
  await field.sendKeys(value);
};

async function connect(platform, title) {
  const account = practice.platforms[platform];
  const choice = await until(`the choice of ${title}`, async () => {
    const found = await window.driver.findElements(By.xpath(`//button[starts-with(normalize-space(.), '${title}')]`));
    return found[0];
  });
  await choice.click();
  await fill('input[type=url], input[name=base_url]', account.base_url);
  for (const [name, value] of Object.entries(account.credentials)) await fill(`input[name="${name}"]`, value);
  await press('Test the account');
  await window.sees('Signed in to');
  await window.picture(`connect-${platform}`);
  await press('See first records');
  await press('Start reading');
}

/** Goes to an address inside the window, as a link would. */
const go = (address) => window.driver.executeScript('location.hash = arguments[0]', `#${address}`);

/** The card that is open: whose it is, where it has its address, and whether it is painted whole. */
const card = () =>
  window.driver.executeScript(`
    const article = document.querySelector('article');
    return {
      address: location.hash,
      title: article?.querySelector('h2')?.innerText ?? '',
      read: [...(article?.querySelectorAll('dt') ?? [])].some((name) => name.textContent === 'Evidence'),
    }`);

const refunds = async () => {
  const answer = await fetch(practice.platforms.shopify.journal);
  const entries = await answer.json();
  return entries.flatMap((entry) => (entry.applied ?? []).filter((effect) => effect.kind === 'refund'));
};

test('an empty store asks one question', async () => {
  await window.sees('Welcome to Fermata');
  await window.picture('first-start');
});

test('three accounts are connected, each in at most five steps', async () => {
  await press('Connect an account');
  await connect('shopify', 'Shopify');
  for (const [platform, title] of [['gorgias', 'Gorgias'], ['klaviyo', 'Klaviyo']]) {
    // The first account leaves the welcome for Today, the others say that they are connected.
    await until('the account is connected', async () => /is connected|Needs you/.test(await window.text()));
    await go('/today');
    await window.sees('Needs you');
    await go('/settings/connections/connect');
    await connect(platform, title);
  }
  await window.sees('All 3 up to date', 240);
  await go('/settings/connections');
  await window.sees('Up to date');
  await window.picture('connections');
});

test('a customer is found by name and opens with the whole timeline', async () => {
  await go('/customers');
  const name = await until('a customer', () =>
    window.driver.executeScript(
      "const row = [...document.querySelectorAll('[role=row]')].find((r) => /@/.test(r.innerText)); return row && row.innerText.split('\\n')[0].trim()",
    ),
  );
  await fill('input[type=search]', name);
  await until('the first row is a namesake', () =>
    window.driver.executeScript(
      "return document.querySelector('[role=grid] [role=row]')?.innerText.includes(arguments[0])",
      name,
    ),
  );
  await window.picture('customers');
  // Down from the search into the list, and into the first customer.
  await window.press(Key.ARROW_DOWN, Key.ENTER);
  await until('the customer opens', async () => /\d+ identit/i.test(await window.text()));
  await window.picture('customer');
});

test('a refund is approved by keyboard and booked once', async () => {
  await go('/approvals');
  await window.sees('To approve');
  await until('a refund waits', async () => /Refund/.test(await window.text()), 180);
  // Down the list by keyboard until the card is a refund's; each key once the last one shows.
  await until('a card is open', async () => (await card()).title !== '');
  for (let at = await card(); !/^Refund .* to /.test(at.title); ) {
    const before = at;
    await window.press('j');
    at = await until('the next card', async () => {
      const now = await card();
      return now.address !== before.address && now.title !== '' && now;
    });
  }
  await until('the card is read', async () => (await card()).read);
  // As long as a person needs at least to read it.
  await window.driver.sleep(600);
  await window.picture('approval');
  await window.press('a');
  await window.sees('Approved by');
  await window.picture('approved');
  await until('the platform books the refund', async () => (await refunds()).length > 0, 180);
  await go('/approvals/decided');
  await window.sees('Done');
  await window.picture('confirmed');
  assert.equal((await refunds()).length, 1, 'one approval, one refund');
});

test('what waits is told by a notification that names nobody', async () => {
  const lines = await until('a notification', async () => {
    const text = await readFile(notified, 'utf8').catch(() => '');
    return text.includes('wait for you') && text.trim().split('\n');
  });
  for (const line of lines) {
    const { body } = JSON.parse(line);
    assert.match(body, /^\d+ (approvals?|alerts?) (waits?|are|is) [a-z ]+(, \d+ alerts? (are|is) open)?$/, body);
  }
});

test('one key stops all sending, and the bar says so', async () => {
  await window.driver
    .actions()
    .keyDown(Key.CONTROL)
    .keyDown(Key.SHIFT)
    .sendKeys('.')
    .keyUp(Key.SHIFT)
    .keyUp(Key.CONTROL)
    .perform();
  await until('the stop is shown', async () => /stopped/i.test(await window.text()));
  await window.picture('stopped');
});

test('no file that was written holds a credential', async () => {
  const secrets = Object.values(practice.platforms)
    .flatMap((platform) => Object.values(platform.credentials))
    .filter((value) => value.length >= 8 && !value.includes('@'));
  assert.ok(secrets.length >= 3, 'there are credentials to look for');
  let searched = 0;
  for (const folder of [dataDir, process.env.HOME]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      if (!entry.isFile() || file.includes(keepsSecretsIn)) continue;
      const bytes = await readFile(file).catch(() => Buffer.alloc(0));
      searched += 1;
      for (const secret of secrets) assert.ok(!bytes.includes(secret), `${file} holds a credential`);
    }
  }
  assert.ok(searched > 3, 'there are files to search');
});
