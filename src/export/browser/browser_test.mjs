// SPDX-License-Identifier: GPL-2.0-only
// What is exported, as a browser takes it: the page is played by keyboard and mouse and compared with what the machine says at each step,
// drawings have to load, diagrams have to be read by Mermaid.
//   node browser_test.mjs VMALAB ASSETS CHROMIUM MODULES
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [vmalab, assets, chromium, modules] = process.argv.slice(2);
const { chromium: driver } = createRequire(join(modules, 'node_modules', 'x.js'))('playwright-core');
const folder = mkdtempSync(join(tmpdir(), 'vmalab-browser-'));

const run = (...args) => execFileSync(vmalab, args, { env: { ...process.env, VMALAB_ASSETS: assets }, encoding: 'utf8', maxBuffer: 1 << 28 });
function exported(name, ...args) {
  const file = join(folder, name);
  run('export', ...args, '-o', file, '--force');
  return file;
}
function states(...args) {
  try {
    return JSON.parse(run('run', ...args, '--json'));
  } catch (error) {
    return JSON.parse(error.stdout); // the exit code of a run that broke a check
  }
}

/// A recording with chapters whose names mean something to the formats.
function told() {
  const trace = join(folder, 'told.jsonl');
  run('run', 'two-readers', '--record', trace, '--force');
  run('edit', trace, '--title', 'A "talk": #1', '--mark', '2=First; <then> % {that}', '--mark', '4=Second #2', '--caption', '3=Look; "here" <br>');
  return trace;
}

const browser = await driver.launch({
  executablePath: chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.problems.push(message.text()));
  page.on('request', (request) => request.url() === pathToFileURL(file).href || page.problems.push('asks for ' + request.url()));
  await page.goto(pathToFileURL(file).href);
  return page;
}
const text = (page, id) => page.locator('#' + id).innerText();
const where = async (page) => Number((await text(page, 'where')).match(/step (\d+) of/)[1]);

async function the_page_plays_the_run() {
  const page = await open(exported('wait.html', 'writer-waits-for-a-reader'));
  const said = states('writer-waits-for-a-reader');
  const last = said.steps.length;
  assert.equal(await where(page), 0);
  for (let n = 1; n <= last; ++n) {
    await page.keyboard.press('ArrowRight');
    assert.equal(await where(page), n);
    const step = said.steps[n - 1], vma = step.state.vmas[0];
    assert.equal((await page.locator('.word').innerText()).replaceAll(' ', ''), vma.vm_refcnt_text);
    assert.equal(await page.locator('#caption .did').innerText(), step.thread + ': ' + step.text);
    assert.equal(await page.locator('#vmas .fact').first().innerText(), vma.meaning);
    if (step.line > 0) {
      assert.equal(await page.locator('.l.now').getAttribute('id').then((id) => Number(id.match(/l(\d+)$/)[1])), step.line);
      assert.equal(await text(page, 'file'), step.file);
      assert.ok(await page.locator('.l.now').isVisible());
    }
    for (const [i, thread] of step.state.threads.entries()) {
      assert.equal(await page.locator('.thread').nth(i).locator('span').first().innerText(), thread.activity);
    }
  }
  await page.keyboard.press('ArrowRight');
  assert.equal(await where(page), last, 'the end is the end');
  await page.keyboard.press('Home');
  assert.equal(await where(page), 0);
  const begins = said.steps.filter((step) => step.caption).map((step) => step.n);
  let announced = 0;
  for (const begin of begins) {
    await page.keyboard.press('PageDown');
    assert.equal(await where(page), begin);
    // What its steps have not done yet is announced.
    const told = await text(page, 'caption');
    announced += told.includes('Coming: ') ? 1 : 0;
    assert.ok(told.replace('Coming: ', '').startsWith(said.steps[begin - 1].caption), told);
  }
  assert.ok(announced > 0);
  await page.keyboard.press('PageUp');
  assert.equal(await where(page), begins.at(-2));
  await page.keyboard.press('End');
  assert.equal(await where(page), last);
  // From the end it plays from the start.
  await page.keyboard.press('s');
  await page.keyboard.press('s');
  assert.equal(await text(page, 'speed'), '4 x');
  await page.keyboard.press(' ');
  await page.waitForFunction(() => document.getElementById('where').textContent.startsWith('step 3 '), null, { timeout: 5000 });
  await page.keyboard.press(' ');
  assert.equal(await text(page, 'play'), 'Play');
  // By mouse: a button, the timeline, a step of the list.
  await page.keyboard.press('Home');
  await page.locator('[data-go=on]').click();
  assert.equal(await where(page), 1);
  const spot = await page.locator('#timeline use').nth(19).boundingBox();
  await page.mouse.click(spot.x + spot.width / 2, spot.y + spot.height / 2);
  assert.ok((await where(page)) > 1);
  await page.locator('summary').click();
  await page.locator('tr[data-step="7"]').click();
  assert.equal(await where(page), 7);
  // The slider has the keyboard's arrows for itself, which do the same.
  await page.locator('#at').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await where(page), 8);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  await page.keyboard.press('t');
  assert.notEqual(await ground(), before);
  assert.deepEqual(page.problems, []);
}

async function the_system_chooses_dark_or_light() {
  const file = exported('two.html', 'two-readers');
  const grounds = [];
  for (const colorScheme of ['dark', 'light']) {
    const page = await open(file, { colorScheme });
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  }
  assert.notEqual(grounds[0], grounds[1]);
}

async function a_violation_is_told() {
  const page = await open(exported('broken.html', '--variant', 'put-wakes-freed-mm'));
  await page.keyboard.press('End');
  assert.match(await page.locator('#caption .broken').first().innerText(), /^no-use-after-free: /);
  assert.match(await page.locator('.terms').first().innerText(), /variant put-wakes-freed-mm/);
  assert.deepEqual(page.problems, []);
}

async function a_range_keeps_the_numbers_of_the_run() {
  const page = await open(exported('part.html', 'writer-waits-for-a-reader', '--range', '12-20'));
  assert.equal(await where(page), 11);
  await page.keyboard.press('End');
  assert.equal(await where(page), 20);
}

/// Nothing below a caption, a count or a thread moves when these change; the story is what one sees first.
async function nothing_jumps() {
  for (const width of [1280, 890]) {
    const page = await open(exported('still.html', 'writer-waits-for-a-reader'), { viewport: { width, height: 720 } });
    assert.match(await text(page, 'caption'), /^A reader has a reference/);
    const places = new Set();
    for (let n = 0; n <= 41; ++n) {
      places.add(await page.evaluate(() => ['code', 'timeline'].map((id) => document.getElementById(id).getBoundingClientRect().top).join()));
      await page.keyboard.press('ArrowRight');
    }
    assert.equal(places.size, 1, 'at ' + width + ': ' + [...places].join('; '));
    // No word of the code goes on in the next line.
    const broken = await page.evaluate(() => [...document.querySelectorAll('.l .w')].filter((word) => word.getClientRects().length > 1).length);
    assert.equal(broken, 0);
    assert.ok(await page.locator('.l .w').count() > 10);
  }
}

async function it_is_as_narrow_as_a_telephone() {
  const page = await open(exported('narrow.html', 'writer-waits-for-a-reader'), { viewport: { width: 400, height: 800 } });
  await page.keyboard.press('End');
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= screen, 'it is ' + wide + ' wide');
  assert.ok(await page.locator('#bar').isVisible());
}

async function it_is_readable_without_a_script() {
  const page = await open(exported('plain.html', 'writer-waits-for-a-reader'), { javaScriptEnabled: false });
  assert.ok(await page.locator('#steps').isVisible());
  assert.ok(await page.locator('#timeline svg').isVisible());
  assert.ok(!(await page.locator('#player').isVisible()));
  assert.ok(!(await page.locator('#bar').isVisible()));
  assert.match(await text(page, 'steps'), /vma0->vm_refcnt 2 -> FLAG\+2/);
}

async function drawings_load() {
  for (const args of [['writer-waits-for-a-reader'], ['--variant', 'put-wakes-freed-mm'], ['--readers', '8', '--writers', '2', '--random', '1'], [told()]]) {
    const page = await open(exported('drawing.svg', ...args));
    assert.equal(await page.evaluate(() => document.documentElement.nodeName), 'svg');
    assert.ok((await page.locator('text').count()) > 10);
    const [inside, width] = await page.evaluate(() => {
      const box = document.documentElement.viewBox.baseVal;
      return [[...document.querySelectorAll('text')].every((t) => t.getBBox().x >= 0 && t.getBBox().x + t.getBBox().width <= box.width + 1), box.width];
    });
    assert.ok(inside, 'no word is cut off at ' + width);
  }
}

async function mermaid_reads_the_diagrams() {
  const page = await browser.newPage();
  await page.addScriptTag({ path: join(modules, 'node_modules', 'mermaid', 'dist', 'mermaid.min.js') });
  const names = JSON.parse(run('scenarios', '--json')).scenarios.map((scenario) => scenario.name);
  assert.ok(names.length > 40);
  for (const name of names) {
    for (const range of ['1-', '5-', '-9']) {
      const args = [name, '--range', range];
      let diagram;
      try {
        diagram = readFileSync(exported('diagram.mmd', ...args), 'utf8');
      } catch (error) {
        assert.match(String(error.stderr), /not within the run/); // a demo of fewer steps
        continue;
      }
      const answer = await page.evaluate((source) => globalThis.mermaid.parse(source).then((read) => read.diagramType, String), diagram);
      assert.equal(answer, 'sequence', name);
    }
  }
  const chapters = readFileSync(exported('diagram.mmd', told()), 'utf8');
  assert.match(chapters, /1\. First/);
  assert.equal(await page.evaluate((source) => globalThis.mermaid.parse(source).then((read) => read.diagramType, String), chapters), 'sequence');
  // And it knows a bad one.
  const refused = await page.evaluate(() => globalThis.mermaid.parse('sequenceDiagram\n  deactivate').then(() => 'read', () => 'refused'));
  assert.equal(refused, 'refused');
}

let failed = 0;
for (const test of [the_page_plays_the_run, the_system_chooses_dark_or_light, a_violation_is_told, a_range_keeps_the_numbers_of_the_run, nothing_jumps,
  it_is_as_narrow_as_a_telephone, it_is_readable_without_a_script, drawings_load, mermaid_reads_the_diagrams]) {
  try {
    await test();
    console.log('passed  ' + test.name.replaceAll('_', ' '));
  } catch (error) {
    ++failed;
    console.log('FAILED  ' + test.name.replaceAll('_', ' ') + '\n' + error.stack);
  }
}
await browser.close();
rmSync(folder, { recursive: true });
process.exit(failed === 0 ? 0 : 1);
