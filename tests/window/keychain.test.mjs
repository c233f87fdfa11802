// Without a keychain the window says so and keeps nothing anywhere else.

import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { openWindow } from './driver.mjs';

test('no keychain: a clear message, and no store is made', async () => {
  const output = process.env.FERMATA_OUTPUT;
  const dataDir = path.join(output, 'no-keychain');
  const bus = process.env.DBUS_SESSION_BUS_ADDRESS;
  process.env.DBUS_SESSION_BUS_ADDRESS = 'unix:path=/nonexistent';
  const opened = openWindow({ binary: process.env.FERMATA_BINARY, args: ['--data-dir', dataDir], output });
  const window = await opened.finally(() => {
    process.env.DBUS_SESSION_BUS_ADDRESS = bus;
  });
  try {
    await window.sees('keychain');
    await window.picture('no-keychain');
    await assert.rejects(access(path.join(dataDir, 'fermata.db')), 'no store without a keychain');
  } finally {
    await window.close();
  }
});
