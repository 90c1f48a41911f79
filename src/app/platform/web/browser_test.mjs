// SPDX-License-Identifier: GPL-2.0-only
// The window in a tab of a real browser, against the program on this machine: the same states, the same answers, the same files. Served from
// below a prefix on the loopback interface, by nothing but files.
//   node browser_test.mjs VMALAB ASSETS SITE CHROMIUM FOLDER [PICTURES]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { extname, join, normalize, resolve } from 'node:path';

const [vmalab, assets, site, chromium, modules, pictures] = process.argv.slice(2).map((path) => resolve(path));
const { chromium: driver } = createRequire(join(modules, 'node_modules', 'x.js'))('playwright-core');
const trees = fileURLToPath(new URL('../../../lang/testdata/trees', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vmalab-web-'));

function run(...args) {
  try {
    return execFileSync(vmalab, args, { env: { ...process.env, VMALAB_ASSETS: assets }, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error.stdout) return error.stdout; // the exit code of a run that broke a check
    throw error;
  }
}
const line = (...args) => run(...args).split('\n')[0];

// ---- the site, as any server of files has it

const kTypes = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
  if (!path.startsWith('/some/prefix/')) return response.writeHead(404).end();
  try {
    const bytes = readFileSync(join(site, path === '/some/prefix/' ? 'index.html' : path.slice('/some/prefix/'.length)));
    response.writeHead(200, { 'Content-Type': kTypes[extname(path) || '.html'] || 'application/octet-stream' }).end(bytes);
  } catch (error) {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const address = `http://127.0.0.1:${server.address().port}/some/prefix/`;

// ---- a person in front of it

const kFlags = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-unsafe-swiftshader'];
const browser = await driver.launch({ executablePath: chromium, args: [...kFlags, '--use-gl=angle', '--use-angle=swiftshader'] });

async function open(fragment = '', options = {}, context = null) {
  context = context || (await browser.newContext({ viewport: { width: 1280, height: 760 }, permissions: ['clipboard-read', 'clipboard-write'], ...options }));
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  page.on('request', (request) => request.url().startsWith(address) || request.url().startsWith('blob:') || page.problems.push('asks for ' + request.url()));
  await page.goto(address + (fragment ? '#' + fragment : ''));
  await page.waitForFunction(() => window.vmalab && window.vmalab.told().title, null, { timeout: 60000 });
  await settled(page);
  return page;
}
const told = (page) => page.evaluate(() => window.vmalab.told());
const state = (page) => page.evaluate(() => window.vmalab.state());
const settled = (page) => page.waitForFunction(() => window.vmalab.told().rests, null, { timeout: 20000 });
/// The step that is shown, once it is this one.
async function at(page, depth) {
  await page.waitForFunction((wanted) => window.vmalab.told().depth === wanted && window.vmalab.told().rests, depth, { timeout: 20000 });
}
async function press(page, key) {
  await page.keyboard.press(key);
  await settled(page);
}
async function click(page, mark) {
  const widget = await page.evaluate((name) => window.vmalab.widget(name), mark);
  assert.ok(widget && widget.visible, 'there is no ' + mark);
  await page.mouse.move(widget.x, widget.y);
  await page.waitForTimeout(100);
  await page.mouse.click(widget.x, widget.y);
  await settled(page);
}
async function picture(page, name) {
  if (pictures) await page.screenshot({ path: join(pictures, name + '.png') });
}
async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}
/// The person's own copy of what is downloaded when they do this.
async function downloaded(page, act) {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 20000 }), act()]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

// ---- what must work

async function it_steps_by_keyboard_and_mouse_as_the_desktop_does() {
  const page = await open('two-readers');
  await picture(page, 'start');
  const steps = JSON.parse(run('run', 'two-readers', '--schedule', 'r1*4', '--json')).steps;
  for (let n = 1; n <= 3; ++n) {
    await press(page, 'Space');
    await at(page, n);
    assert.deepEqual(await state(page), steps[n - 1].state);
  }
  assert.ok((await page.locator('#step').innerText()).startsWith('Step 3 of 3. r1: ' + steps[2].text));
  await press(page, 'ArrowLeft');
  await at(page, 2);
  assert.deepEqual(await state(page), steps[1].state);
  await press(page, 'ArrowRight');
  await click(page, 'toolbar/step');
  await at(page, 4);
  assert.deepEqual(await state(page), steps[3].state);
  await picture(page, 'stepped');
  await close(page);
}

async function the_address_is_the_run() {
  const page = await open('writer-waits-for-a-reader');
  for (let n = 1; n <= 9; ++n) await press(page, 'Enter');
  await at(page, 9);
  await page.waitForTimeout(800); // the address follows when nobody does anything
  const hash = new URL(page.url()).hash.slice(1);
  const here = await state(page);
  assert.deepEqual(here, JSON.parse(run('replay', hash, '--json')).steps.at(-1).state);
  assert.equal(await page.evaluate(() => history.length), 2, 'stepping floods the history');
  const other = await open(hash);
  await at(other, 9);
  assert.deepEqual(await state(other), here);
  await other.reload();
  await other.waitForFunction(() => window.vmalab && window.vmalab.told().depth === 9);
  assert.deepEqual(await state(other), here);
  await close(other);
  await page.locator('#link').click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  await close(page);
  // As the desktop prints it, of a variant and to its last step.
  const printed = line('run', '--variant', 'no-wake', '--link', '--web', address);
  const third = await open(printed.split('#')[1]);
  const last = JSON.parse(run('run', '--variant', 'no-wake', '--json')).steps;
  await at(third, last.length);
  assert.deepEqual(await state(third), last.at(-1).state);
  await picture(third, 'variant');
  await close(third);
}

async function bad_links_are_refused_in_words() {
  const good = line('run', 'two-readers', '--schedule', 'r1*3', '--link');
  const bad = [good.slice(0, -9), good.replace('vmalab:2', 'vmalab:9'), 'vmalab:', 'no-such-scenario', good.replace('two-readers', 'some-readers'), '%E0%A4%A'];
  for (const fragment of bad) {
    const page = await open(fragment);
    const { notices, depth, title } = await told(page);
    assert.ok(notices.some((notice) => notice.kind === 'error' && notice.text.length > 10), fragment);
    assert.equal(depth, 0);
    assert.ok(title.length > 0);
    assert.ok((await page.locator('#notices').innerText()).length > 10);
    assert.equal(decodeURI(new URL(page.url()).hash.replace('%E0%A4%A', '')), '#' + fragment.replace('%E0%A4%A', ''), 'the address stays to be mended');
    if (fragment === bad[1]) await picture(page, 'refused');
    await press(page, 'Space');
    await at(page, 1);
    await close(page);
  }
}

async function a_check_is_the_desktops_and_blocks_nothing() {
  const page = await open('standard-4-1-1');
  await press(page, 'F9');
  await page.waitForFunction(() => window.vmalab.report(), null, { timeout: 120000 });
  const here = await page.evaluate(() => window.vmalab.report());
  const there = JSON.parse(run('check', '--readers', '4', '--writers', '1', '--detachers', '1', '--jobs', '1', '--json'));
  for (const key of ['verdict', 'states', 'transitions', 'final_states', 'depth']) assert.deepEqual(here[key], there[key], key);
  const times = await page.evaluate(() => window.vmalab.times());
  const rate = (report) => Math.round(report.states / report.seconds);
  console.log(`  check of (4,1,1): ${here.states} states, ${rate(here)} a second, on the desktop ${rate(there)}; longest piece ${times.piece.toFixed(1)} ms, usual frame ${times.frame.toFixed(1)} ms`);
  // What a frame waits for at the most; a machine that does other things at the same time has to be allowed for.
  assert.ok(times.usual_piece < 30, `pieces of ${times.usual_piece} ms`);
  await settled(page);
  await picture(page, 'checked');
  await close(page);
  // A counterexample, to the same steps; and one that is cancelled.
  const broken = await open(line('run', '--variant', 'no-recheck', '--link').split('\n')[0]);
  await press(broken, 'F9');
  await broken.waitForFunction(() => window.vmalab.report(), null, { timeout: 120000 });
  const found = await broken.evaluate(() => window.vmalab.report());
  const expected = JSON.parse(run('check', '--variant', 'no-recheck', '--json'));
  assert.equal(found.verdict, 'violation');
  assert.equal(found.check, expected.check);
  assert.deepEqual(found.trace, expected.trace);
  await press(broken, 'o');
  await at(broken, found.trace.length);
  await close(broken);
  const long = await open('standard-7-2-2');
  await press(long, 'F9');
  await long.waitForFunction(() => window.vmalab.told().checking);
  await press(long, 'Space'); // the window goes on
  await at(long, 1);
  await long.waitForTimeout(500);
  await press(long, 'Shift+F9');
  await long.waitForFunction(() => window.vmalab.report(), null, { timeout: 20000 });
  assert.equal((await long.evaluate(() => window.vmalab.report())).verdict, 'incomplete');
  await close(long);
}

async function a_trace_goes_to_the_desktop_and_back() {
  const page = await open('two-readers');
  for (let n = 0; n < 6; ++n) await press(page, 'r');
  await press(page, 'Alt+Shift+S');
  const file = await downloaded(page, () => page.keyboard.press('Enter'));
  const replayed = JSON.parse(run('replay', file, '--json'));
  assert.equal(replayed.complete, true);
  assert.deepEqual(replayed.steps.at(-1).state, await state(page));
  const html = await downloaded(page, async () => {
    await press(page, 'Alt+Shift+E');
    await page.keyboard.press('Enter');
  });
  assert.ok(readFileSync(html, 'utf8').startsWith('<!DOCTYPE html>'));
  // And a recording of the desktop's comes in.
  const recording = join(folder, 'from-desktop.jsonl');
  run('run', 'writer-waits-for-a-reader', '--record', recording, '--force');
  const said = JSON.parse(run('replay', recording, '--json')).steps;
  await page.locator('#file').setInputFiles(recording);
  await at(page, said.length);
  assert.deepEqual(await state(page), said.at(-1).state);
  // What is none is refused, and what is open stays.
  writeFileSync(join(folder, 'none.jsonl'), 'no trace');
  await page.locator('#file').setInputFiles(join(folder, 'none.jsonl'));
  await page.waitForFunction(() => window.vmalab.told().notices.some((notice) => notice.kind === 'error'));
  await at(page, said.length);
  const png = await downloaded(page, () => page.locator('#picture').click());
  assert.equal(readFileSync(png).subarray(1, 4).toString(), 'PNG');
  await close(page);
}

/// What share of two PNG files' pixels differs by more than an edge's smoothing does, told by the browser; sizes have to be the same.
async function difference(page, one, other) {
  return page.evaluate(async (files) => {
    const pixels = async (base64) => {
      const image = new Image();
      image.src = 'data:image/png;base64,' + base64;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.getContext('2d').getImageData(0, 0, image.width, image.height);
    };
    const [a, b] = [await pixels(files[0]), await pixels(files[1])];
    if (a.width !== b.width || a.height !== b.height) return 1;
    let differs = 0;
    for (let i = 0; i < a.data.length; i += 4) {
      if ([0, 1, 2].some((channel) => Math.abs(a.data[i + channel] - b.data[i + channel]) > 64)) ++differs;
    }
    return differs / (a.width * a.height);
  }, [one, other].map((file) => readFileSync(file).toString('base64')));
}

async function the_pictures_are_the_desktops() {
  const link = line('run', '--variant', 'no-recheck', '--link');
  for (const [name, keys, words] of [['desk', [], []], ['light', ['t'], ['--theme', 'light']], ['stage', ['Alt+Shift+Enter'], ['--stage']]]) {
    const page = await open(link);
    for (const key of keys) await press(page, key);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(1000); // what moves and what hovers has come to rest
    const here = await downloaded(page, () => page.evaluate(() => document.getElementById('picture').click()));
    const size = await page.evaluate(() => [document.getElementById('canvas').width, document.getElementById('canvas').height].join('x'));
    const there = join(folder, name + '.png');
    run('shot', link, '--size', size, ...words, '-o', there);
    const share = await difference(page, here, there);
    console.log(`  ${name} at ${size}: ${(100 * share).toFixed(2)} % of the pixels differ`);
    if (pictures) for (const [from, at] of [[here, 'tab'], [there, 'desktop']]) writeFileSync(join(pictures, `${name}-${at}.png`), readFileSync(from));
    assert.ok(share < 0.01, `${name}: ${share} of the pixels differ`);
    await close(page);
  }
}

async function c_is_edited_here_and_kept() {
  const page = await open('two-readers');
  const edit = async (text) => {
    await page.locator('#edit').click();
    if (text !== null) await page.locator('#editor-text').fill(text);
    await page.locator('#editor-run').click();
  };
  await edit('void vma_end_read(struct vm_area_struct *vma)\n{\n\tvma_refcount_put(vma +);\n}\n');
  assert.match(await page.locator('#editor-error').innerText(), /edited\.c:3:\d+/);
  await picture(page, 'editor');
  await page.keyboard.press('Escape');
  const variant = readFileSync(join(assets, 'variants/no-recheck.c'), 'utf8');
  await edit(variant);
  await page.waitForFunction(() => !document.getElementById('editor').open);
  await settled(page);
  await press(page, 'F9');
  await page.waitForFunction(() => window.vmalab.report(), null, { timeout: 120000 });
  const found = await page.evaluate(() => window.vmalab.report());
  assert.equal(found.verdict, JSON.parse(run('check', 'two-readers', '--variant', join(assets, 'variants/no-recheck.c'), '--json')).verdict);
  // It is there again in another tab of this browser.
  const again = await open('two-readers', {}, page.context());
  await again.locator('#edit').click();
  assert.equal(await again.locator('#editor-text').inputValue(), variant);
  await close(again);
}

async function a_browser_without_webgl_plays_the_run() {
  const plain = await driver.launch({ executablePath: chromium, args: [...kFlags, '--disable-gpu', '--disable-3d-apis'] });
  const page = await (await plain.newContext({ viewport: { width: 1280, height: 760 } })).newPage();
  await page.goto(address + '#writer-waits-for-a-reader');
  const frame = page.frameLocator('iframe');
  assert.match(await frame.locator('#where').innerText({ timeout: 60000 }), /step 0 of/);
  assert.match(await page.locator('.said').innerText(), /no WebGL 2/);
  await picture(page, 'without-webgl');
  await plain.close();
}

async function storage_that_is_forbidden_costs_only_what_is_kept() {
  const context = await browser.newContext({ viewport: { width: 900, height: 500 } });
  await context.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } }));
  const page = await open('two-readers', {}, context);
  assert.match(await page.locator('.said').innerText(), /keeps nothing/);
  await press(page, 'Space');
  await at(page, 1);
  await close(page);
}

async function it_remembers_and_follows_the_page() {
  const page = await open('', { reducedMotion: 'reduce', deviceScaleFactor: 2, viewport: { width: 1000, height: 640 } });
  assert.deepEqual(await page.evaluate(() => [document.getElementById('canvas').width, document.getElementById('canvas').height]),
    await page.evaluate(() => [2 * document.getElementById('canvas').clientWidth, 2 * document.getElementById('canvas').clientHeight]));
  assert.equal((await told(page)).motion, false);
  await press(page, 't');
  assert.equal((await told(page)).light, true);
  await picture(page, 'light');
  await press(page, 'Alt+Shift+Digit1'); // the list of commands
  await picture(page, 'help');
  await press(page, 'Escape');
  await page.setViewportSize({ width: 700, height: 500 });
  await page.waitForTimeout(300);
  await picture(page, 'small');
  const again = await open('', {}, page.context());
  assert.equal((await told(again)).light, true, 'the theme is kept');
  await close(again);
}

async function files_and_folders_are_dropped() {
  const page = await open('two-readers');
  const devtools = await page.context().newCDPSession(page);
  const drop = async (...files) => {
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await devtools.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
    await page.waitForTimeout(500);
    await settled(page);
  };
  const has_error = async () => (await told(page)).notices.filter((notice) => notice.kind === 'error').map((notice) => notice.text);
  // A scenario with C of its own.
  execFileSync(vmalab, ['new', 'mine'], { cwd: folder, env: { ...process.env, VMALAB_ASSETS: assets } });
  await drop(join(folder, 'mine.c'), join(folder, 'mine.toml'));
  assert.deepEqual(await has_error(), []);
  const own = JSON.parse(run('run', join(folder, 'mine.toml'), '--json'));
  assert.equal((await told(page)).title, own.title);
  // C in place of the lock's.
  await drop(join(assets, 'variants/no-recheck.c'));
  assert.deepEqual(await has_error(), []);
  assert.ok((await page.evaluate(() => window.vmalab.code())).some((file) => file.variant && file.path.endsWith('no-recheck.c')));
  // A kernel tree, under what is open by then; one with another lock is refused.
  await page.evaluate(() => (location.hash = 'two-readers'));
  await page.waitForTimeout(500);
  await drop(join(trees, '7.0'));
  assert.deepEqual(await has_error(), []);
  await press(page, 'F9');
  await page.waitForFunction(() => window.vmalab.report(), null, { timeout: 120000 });
  const here = await page.evaluate(() => window.vmalab.report());
  const there = JSON.parse(run('check', 'two-readers', '--kernel', join(trees, '7.0'), '--json'));
  for (const key of ['verdict', 'states', 'transitions', 'depth']) assert.deepEqual(here[key], there[key], key);
  await picture(page, 'tree');
  await drop(join(trees, '6.12'));
  assert.match((await has_error()).join(' '), /lock/);
  await close(page);
}

async function lessons_and_the_map() {
  const page = await open('two-readers');
  await press(page, 'Alt+Shift+Digit7');
  await picture(page, 'lessons');
  await press(page, 'Enter');
  await picture(page, 'lesson');
  await press(page, 'F8');
  await settled(page);
  assert.ok(await page.evaluate(() => Object.keys(localStorage).includes('vmalab:/home/state/lessons.json')));
  await close(page);
  const map = await open('standard-2-1-1');
  await press(map, 'Alt+Shift+M');
  await map.waitForTimeout(2000);
  await settled(map);
  await picture(map, 'map');
  await press(map, 'Escape');
  await press(map, 'Alt+Shift+Enter');
  assert.equal((await told(map)).fullscreen, true);
  await map.waitForTimeout(500);
  await picture(map, 'stage');
  await close(map);
}

async function a_run_too_long_for_an_address_is_told() {
  const page = await open('two-readers');
  let noise = 1;
  const words = Array.from({ length: 12000 }, () => (noise = (noise * 48271) % 2147483647).toString(36)).join(' ');
  writeFileSync(join(folder, 'long.c'), readFileSync(join(assets, 'variants/no-recheck.c'), 'utf8') + '/* ' + words + ' */\n');
  await page.locator('#file').setInputFiles(join(folder, 'long.c'));
  await page.waitForFunction(() => document.querySelector('.said'));
  assert.match(await page.locator('.said').innerText(), /does not fit into an address/);
  assert.equal(new URL(page.url()).hash, '');
  await press(page, 'Space');
  await at(page, 1);
  await close(page);
}

async function touch_steps_and_pinches() {
  const page = await open('two-readers', { hasTouch: true, viewport: { width: 844, height: 390 }, deviceScaleFactor: 2 });
  const step = await page.evaluate(() => window.vmalab.widget('toolbar/step'));
  await page.touchscreen.tap(step.x, step.y);
  await at(page, 1);
  await picture(page, 'phone');
  await close(page);
}

const tests = [it_steps_by_keyboard_and_mouse_as_the_desktop_does, the_address_is_the_run, bad_links_are_refused_in_words, a_check_is_the_desktops_and_blocks_nothing,
  a_trace_goes_to_the_desktop_and_back, the_pictures_are_the_desktops, c_is_edited_here_and_kept, a_browser_without_webgl_plays_the_run, storage_that_is_forbidden_costs_only_what_is_kept,
  files_and_folders_are_dropped, lessons_and_the_map, a_run_too_long_for_an_address_is_told, it_remembers_and_follows_the_page, touch_steps_and_pinches];
let failed = 0;
const only = process.env.VMALAB_WEB_TEST;
for (const test of tests) {
  if (only && !test.name.includes(only)) continue;
  const begin = Date.now();
  try {
    await test();
    console.log(`passed in ${((Date.now() - begin) / 1000).toFixed(1)} s: ${test.name.replaceAll('_', ' ')}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED: ${test.name.replaceAll('_', ' ')}\n${error.stack}`);
  }
}
await browser.close();
server.close();
rmSync(folder, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
