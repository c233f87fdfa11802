// Opens the window on the practice store, goes to the approval queue, and takes a picture: what
// `cargo xtask run` does on a machine without a display.
//
// node show.mjs <binary> <output folder>

import path from 'node:path';
import { openWindow } from './driver.mjs';

const [binary, output] = process.argv.slice(2);
const dataDir = path.join(output, 'data');
const window = await openWindow({ binary, args: ['--practice', '--data-dir', dataDir], output });
try {
  await window.sees('Today', 60);
  await window.picture('today');
  await window.press('g', 'a');
  await window.sees('Refund', 180);
  const file = await window.picture('approvals');
  console.log(`The approval queue of the practice store: ${file}`);
} catch (error) {
  await window.picture('failed').catch(() => {});
  console.error(`The window did not come to the approval queue: ${error.message}`);
  process.exitCode = 1;
} finally {
  await window.close();
}
