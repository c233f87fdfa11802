// The real window under WebDriver, and the pictures taken of it.

import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { Builder, Capabilities } from 'selenium-webdriver';

/** A TCP port that nobody listens on. */
export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/**
 * Waits until `probe` returns something true, and returns it. The usual wait is long because it costs
 * only what fails: a machine that does much else is ten times slower.
 */
export async function until(what, probe, seconds = 90) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s${last ? ` (${last.message})` : ''}`);
    await new Promise((wake) => setTimeout(wake, 150));
  }
}

async function startSession(port, options) {
  await until('WebKitWebDriver listens', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  const capabilities = new Capabilities();
  capabilities.set('browserName', 'wry');
  capabilities.set('webkitgtk:browserOptions', options);
  return new Builder().usingServer(`http://127.0.0.1:${port}/`).withCapabilities(capabilities).build();
}

/** Opens the window in this session and returns what drives it. */
export async function openWindow({ binary, args, output }) {
  const port = await freePort();
  const driverProcess = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Left behind it would keep Node, and with it whoever waits for the tests, from ending.
  const stop = () => driverProcess.kill();
  process.once('exit', stop);
  const driver = await startSession(port, { binary, args }).catch((error) => {
    stop();
    throw error;
  });
  await mkdir(output, { recursive: true });

  return {
    driver,

    /** Waits until the window shows a text. */
    sees: (text, seconds) =>
      until(
        `the window shows "${text}"`,
        () => driver.executeScript('return document.body.innerText.includes(arguments[0])', text),
        seconds,
      ),

    /** Returns all that the window shows, as text. */
    text: () => driver.executeScript('return document.body.innerText'),

    /** Writes a picture of the whole window, once what is in the page is also on the screen. */
    async picture(name) {
      await driver.executeAsyncScript(
        'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))',
      );
      await driver.sleep(400);
      const file = path.join(output, `${name}.png`);
      await writeFile(file, await driver.takeScreenshot(), 'base64');
      return file;
    },

    /** Types keys as a person does, wherever the focus is. */
    async press(...keys) {
      const actions = driver.actions();
      for (const key of keys) actions.sendKeys(key);
      await actions.perform();
    },

    async close() {
      await driver.quit().catch(() => {});
      stop();
    },
  };
}
