// SPDX-License-Identifier: GPL-2.0-only
// The browser's end of the window: loads the program, tells it what the person does, and does for it what only a page can. What the
// program knows and does is in page.cpp; its files are in memory, and those below /home are kept in the browser's storage.
'use strict';
(() => {
const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const canvas = $('canvas');
const build = root.dataset.build;
let module = null;  // the program, when it runs
const call = (name, result, types = [], values = []) => module.ccall('vmalab_' + name, result, types, values);

// ---- what stands in the way

/// Instead of the window. Never a blank canvas.
function stop(text) {
  module = null;
  $('loading').hidden = true;
  $('stopped').textContent = text;
  $('stopped').hidden = false;
}
window.addEventListener('error', (event) => {
  if (module && event.error instanceof WebAssembly.RuntimeError) failed(event.error);
});
function failed(error) {
  const memory = /memory|allocation/i.test(String(error));
  stop((memory ? 'There is not enough memory in this tab.' : 'The program has stopped: ' + error) +
    '\nLoading the page again goes on from the run in its address.');
}

/// In the page, above the window; one at a time.
function say(text) {
  let line = document.querySelector('.said');
  if (!text) return line && line.remove();
  if (!line) {
    line = document.createElement('p');
    line.className = 'said';
    line.setAttribute('role', 'alert');
    $('bar').after(line);
  }
  line.textContent = text;
}

// ---- loading

async function fetched(file, size, progress) {
  const response = await fetch(file + '?' + build);
  if (!response.ok) throw new Error(file + ': ' + response.status + ' ' + response.statusText);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader();;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    progress(value.length);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function script(file) {
  return new Promise((done, failed) => {
    const element = document.createElement('script');
    element.src = file + '?' + build;
    element.onload = done;
    element.onerror = () => failed(new Error(file + ' cannot be loaded'));
    document.head.append(element);
  });
}

async function load() {
  const sizes = { wasm: Number(root.dataset.wasm), data: Number(root.dataset.data) };
  let have = 0;
  const progress = (bytes) => {
    have += bytes;
    $('progress').value = Math.min(have / (sizes.wasm + sizes.data), 1);
  };
  const [wasm, data] = await Promise.all([fetched('vmalab.wasm', sizes.wasm, progress), fetched('vmalab.data', sizes.data, progress), script('vmalab.js')]);
  $('progress-text').textContent = 'Starting';
  return vmalab_module({
    wasmBinary: wasm,
    getPreloadedPackage: () => data.buffer,
    preRun: [(m) => restore(m.FS)],
    copied: copy,
    print: (text) => console.log(text),
    printErr: (text) => console.warn(text),
    onAbort: (what) => failed(new Error(what)),
  });
}

function has_webgl2() {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch (error) {
    return false;
  }
}

/// Where nothing can be drawn: the run as the page that an export makes.
function play_instead() {
  const page = call('page', 'string', ['string'], [fragment()]);
  stop('This browser has no WebGL 2, which the window is drawn with.' + (page ? '' : ' The run in the address cannot be opened either.'));
  if (!page) return;
  root.classList.add('played');
  const frame = document.createElement('iframe');
  frame.title = 'The run';
  frame.sandbox = 'allow-scripts'; // what a link says is somebody's
  frame.srcdoc = page;
  $('stopped').hidden = true;
  say('This browser has no WebGL 2, which the window is drawn with. Here the run is played without it.');
  document.querySelector('main').append(frame);
}

// ---- files: what is below /home is kept, what is in /downloads goes to the person

const kPrefix = 'vmalab:';
const seen = new Map();  // by path, what was kept or given
let keeps = true;

function storage(what) {
  try {
    return what(window.localStorage);
  } catch (error) {
    if (keeps) say('This browser keeps nothing for this page (' + error.name + '): what the window remembers, and C that is edited here, goes with the tab.');
    keeps = false;
    return undefined;
  }
}

function write(FS, path, content) {
  FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
  FS.writeFile(path, content);
}

function restore(FS) {
  for (const folder of ['/home/state', '/home/own', '/downloads', '/dropped']) FS.mkdirTree(folder);
  FS.chdir('/home');
  storage((kept) => {
    for (let i = 0; i < kept.length; ++i) {
      const key = kept.key(i);
      const path = key.slice(kPrefix.length);
      if (!key.startsWith(kPrefix + '/home/') || path.includes('..')) continue;
      write(FS, path, kept.getItem(key));
      seen.set(path, stamp(FS, path));
    }
  });
}

const stamp = (FS, path) => {
  const stat = FS.stat(path);
  return stat.size + ' ' + stat.mtime.getTime() + ' ' + stat.ino;
};

function files_below(FS, folder, visit) {
  for (const name of FS.readdir(folder)) {
    if (name === '.' || name === '..') continue;
    const path = folder + '/' + name;
    if (FS.isDir(FS.stat(path).mode)) files_below(FS, path, visit);
    else if (seen.get(path) !== stamp(FS, path)) visit(path);
  }
}

function keep_files() {
  const FS = module.FS;
  files_below(FS, '/home', (path) => {
    seen.set(path, stamp(FS, path));
    storage((kept) => kept.setItem(kPrefix + path, FS.readFile(path, { encoding: 'utf8' })));
  });
}

const kTypes = { json: 'application/json', html: 'text/html', svg: 'image/svg+xml', png: 'image/png' };

function give(name, content) {
  const url = URL.createObjectURL(new Blob([content], { type: kTypes[name.split('.').pop()] || 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

function give_files() {
  const FS = module.FS;
  files_below(FS, '/downloads', (path) => {
    seen.set(path, stamp(FS, path));
    give(path.slice(path.lastIndexOf('/') + 1), FS.readFile(path));
  });
}

// ---- frames: one when something happens or is due, and work between them

let frame_asked = 0, asked_at = 0, timer = 0, working = false, told = {};
let late = 0;  // milliseconds that a frame comes after it was asked for: more where drawing is done without a graphics card
const channel = new MessageChannel();

function wake() {
  clearTimeout(timer);
  if (frame_asked || !module) return;
  asked_at = performance.now();
  frame_asked = requestAnimationFrame(frame);
}

function guarded(what) {
  if (!module) return undefined;
  try {
    return what();
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/// Milliseconds that frames and pieces of work have taken, the newest of them.
const times = { frame: [], piece: [] };
function timed(of, what) {
  const begin = performance.now();
  const result = what();
  of.push(performance.now() - begin);
  if (of.length > 1000) of.shift();
  return result;
}
const middle = (of) => [...of].sort((a, b) => a - b)[of.length >> 1] || 0;

function frame() {
  if (frame_asked) late += (performance.now() - asked_at - late) / 4;
  frame_asked = 0;
  guarded(() => {
    const next = timed(times.frame, () => call('frame', 'number', ['number'], [performance.now()]));
    if (next !== 0) tell();
    if (next === 0) wake();
    // What only shows how far something is leaves most of the time to the thing itself.
    else if (next > 0) timer = setTimeout(wake, Math.max(next, 2 * late));
    work();
  });
}

/// What goes on beside the window. A piece is short, and what the person does comes between two.
function work() {
  if (working || !module || !call('work', 'number', ['number'], [0])) return;
  working = true;
  channel.port2.postMessage(null);
}
channel.port1.onmessage = () => {
  guarded(() => {
    working = timed(times.piece, () => call('work', 'number', ['number'], [12])) !== 0;
    if (working) channel.port2.postMessage(null);
    else wake();
  });
};

/// What there is to know and to do since the last time, when the picture holds.
function tell() {
  const before = told;
  told = JSON.parse(call('told', 'string'));
  if (told.title !== before.title) {
    document.title = told.title + ' \u2013 VMA Lock Lab';
    $('title').textContent = told.title;
  }
  if (told.step !== before.step) $('step').textContent = told.step;
  tell_notices(told.notices, before.notices || []);
  root.classList.toggle('light', told.light);
  canvas.style.cursor = told.cursor;
  fill(told.fullscreen);
  keep_files();
  if (!told.recording) give_files();
  if (told.quit) return stop('VMA Lock Lab is closed. Loading the page again opens it.');
  clearTimeout(address_timer);
  address_timer = setTimeout(update_address, 400);
}

function tell_notices(now, before) {
  const old = new Set(before.map((notice) => notice.text));
  for (const notice of now) {
    if (old.has(notice.text)) continue;
    const line = document.createElement('span');
    line.textContent = notice.text + ' ';
    $('notices').append(line);
    while ($('notices').childElementCount > 20) $('notices').firstChild.remove();
  }
}

// ---- the address

let address_timer = 0, link_of_page = null;
const fragment = () => location.hash.slice(1);
/// Where this site is, with nothing behind it.
const base = () => location.href.split('#')[0];

function update_address() {
  guarded(() => {
    const made = JSON.parse(call('link', 'string'));
    const link = made.link || '';
    if (link === link_of_page) return;
    const first = link_of_page === null;
    link_of_page = link;
    // What was asked for stays in the address until there is another run.
    if (first) return;
    history.replaceState(null, '', link ? '#' + link : location.pathname + location.search);
    say(link ? '' : 'This run does not fit into an address: ' + made.no_link + '. Save it as a file.');
  });
}

window.addEventListener('hashchange', () => {
  if (module && fragment() !== link_of_page) take(fragment());
});

function take(text) {
  guarded(() => {
    call('take', null, ['string'], [text]);
    wake();
  });
}

// ---- the clipboard

function copy(text) {
  const whole = text.startsWith('vmalab:') ? base() + '#' + text : text;
  const by_hand = () => {
    $('copy-text').value = whole;
    $('copy').showModal();
    $('copy-text').select();
  };
  if (!navigator.clipboard) return by_hand();
  navigator.clipboard.writeText(whole).catch(by_hand);
}

document.addEventListener('paste', (event) => {
  if (!module || event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement) return;
  const text = event.clipboardData.getData('text');
  if (!text) return;
  event.preventDefault();
  if (told.writing) {
    call('text', null, ['string'], [text]);
    wake();
  } else if (/vmalab:/i.test(text)) {
    take(text);
  }
});

// ---- keyboard, mouse, touch

function key(event, down) {
  if (!module || event.isComposing) return;
  guarded(() => {
    const ctrl = event.ctrlKey || event.metaKey;
    const used = call('key', 'number', ['string', 'string', 'number', 'number', 'number', 'number'],
      [event.key, event.code, ctrl, event.shiftKey, event.altKey, down].map((value) => (typeof value === 'boolean' ? Number(value) : value)));
    const prints = down && !ctrl && !event.altKey && [...event.key].length === 1;
    if (prints) call('text', null, ['string'], [event.key]);
    // A blank would scroll the page, and a letter that nobody uses may be the browser's.
    if (used) event.preventDefault();
    wake();
  });
}
canvas.addEventListener('keydown', (event) => key(event, true));
canvas.addEventListener('keyup', (event) => key(event, false));
canvas.addEventListener('focus', () => module && (call('focus', null, ['number'], [1]), wake()));
canvas.addEventListener('blur', () => module && (call('focus', null, ['number'], [0]), wake()));

const scale = () => canvas.width / Math.max(canvas.clientWidth, 1);
const at = (event) => {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) * scale(), (event.clientY - box.top) * scale()];
};
const kButtons = [0, 2, 1];  // the program counts the right one before the middle one
const fingers = new Map();
let held = null;  // of several fingers: where they were, and how far apart

const spread = () => {
  const [a, b] = [...fingers.values()];
  return { x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, apart: Math.hypot(a[0] - b[0], a[1] - b[1]) };
};
const pointer = (place) => call('pointer', null, ['number', 'number'], place);
const button = (number, down, place) => call('button', null, ['number', 'number', 'number', 'number'], [number, Number(down), ...place]);

canvas.addEventListener('pointerdown', (event) => guarded(() => {
  canvas.focus({ preventScroll: true });
  canvas.setPointerCapture(event.pointerId);
  const place = at(event);
  if (event.pointerType === 'touch') {
    fingers.set(event.pointerId, place);
    if (fingers.size === 2) {
      // Two fingers move and zoom what is between them; what the first one held is let go.
      held = spread();
      button(0, false, place);
    }
    if (fingers.size > 1) return;
  }
  pointer(place);
  if (event.button < 3) button(kButtons[event.button], true, place);
  event.preventDefault();
  wake();
}));
canvas.addEventListener('pointermove', (event) => guarded(() => {
  const place = at(event);
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, place);
  if (held && fingers.size === 2) {
    const now = spread();
    const em = 40 * scale();
    pointer([now.x, now.y]);
    call('wheel', null, ['number', 'number'], [(now.x - held.x) / em, (now.y - held.y) / em + 6 * Math.log2(now.apart / Math.max(held.apart, 1))]);
    held = now;
  } else if (!held) {
    pointer(place);
  }
  wake();
}));
function let_go(event) {
  guarded(() => {
    const place = at(event);
    fingers.delete(event.pointerId);
    if (held) {
      if (fingers.size === 0) held = null;
      return;
    }
    if (event.type === 'pointercancel') button(0, false, place);
    else if (event.button < 3) button(kButtons[event.button], false, place);
    wake();
  });
}
canvas.addEventListener('pointerup', let_go);
canvas.addEventListener('pointercancel', let_go);
canvas.addEventListener('pointerleave', (event) => {
  if (event.pointerType === 'mouse') guarded(() => (pointer([-1, -1]), wake()));
});
canvas.addEventListener('contextmenu', (event) => event.preventDefault());
canvas.addEventListener('wheel', (event) => guarded(() => {
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 1 / 3 : event.deltaMode === 2 ? 1 : 1 / 100;
  const more = event.ctrlKey ? 4 : 1;  // a trackpad's pinch is small
  call('wheel', null, ['number', 'number'], [-event.deltaX * unit, -event.deltaY * unit * more]);
  wake();
}), { passive: false });

// ---- the size

function resize(width, height) {
  if (!module || width < 1 || height < 1) return;
  canvas.width = width;
  canvas.height = height;
  guarded(() => {
    call('resize', null, ['number', 'number', 'number'], [width, height, scale()]);
    // At once: a canvas of another size is empty.
    if (frame_asked) cancelAnimationFrame(frame_asked);
    frame();
  });
}
function watch_size() {
  const observer = new ResizeObserver(([entry]) => {
    const exact = entry.devicePixelContentBoxSize;
    const ratio = window.devicePixelRatio || 1;
    // To the pixel where the browser says it; not where it counts other pixels, as it does when it stands in for another screen.
    const side = (css, said) => (said && Math.abs(said - css * ratio) < 2 ? said : Math.round(css * ratio));
    resize(side(entry.contentRect.width, exact && exact[0].inlineSize), side(entry.contentRect.height, exact && exact[0].blockSize));
  });
  try {
    observer.observe(canvas, { box: 'device-pixel-content-box' });
  } catch (error) {
    observer.observe(canvas);
  }
}
canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
canvas.addEventListener('webglcontextrestored', () => guarded(() => {
  call('restored', null);
  wake();
}));

/// The whole screen, as far as the browser gives it; else the whole page.
let filled = false;
function fill(wanted) {
  if (wanted === filled) return;
  filled = wanted;
  root.classList.toggle('filled', wanted);
  if (wanted && root.requestFullscreen) root.requestFullscreen().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
}
document.addEventListener('fullscreenchange', () => guarded(() => {
  if (document.fullscreenElement || !filled) return;
  call('left_fullscreen', null);
  wake();
}));

// ---- files of the person

/// Of a kernel tree only what may have the lock in it: a tree has gigabytes.
const of_lock = (path) => /^[^/]+\/(Makefile|(include\/linux|include\/linux\/sched|kernel|kernel\/rcu|mm|fs\/proc)\/[^/]+\.[ch])$/.test(path);
const on_the_way = (path) => /^[^/]+(\/(include(\/linux(\/sched)?)?|kernel(\/rcu)?|mm|fs(\/proc)?))?$/.test(path);
const kMostBytes = 64 << 20;

async function read_entry(entry, path, into) {
  if (entry.isFile) {
    if (path.includes('/') && !of_lock(path)) return;
    into.push([path, await new Promise((done, failed) => entry.file(done, failed))]);
    return;
  }
  if (!on_the_way(path)) return;
  for (const reader = entry.createReader();;) {
    const entries = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (entries.length === 0) return;
    for (const one of entries) await read_entry(one, path + '/' + one.name, into);
  }
}

async function take_files(files) {
  if (files.length === 0 || !module) return;
  let bytes = 0;
  let first = '';
  // Of several files a scenario is opened, which may name the others; C only where there is nothing else.
  const rank = ([path]) => (path.includes('/') ? 0 : path.endsWith('.toml') ? 1 : path.endsWith('.c') ? 3 : 2);
  files.sort((a, b) => rank(a) - rank(b));
  for (const [path, file] of files) {
    bytes += file.size;
    if (bytes > kMostBytes) return say(path + ' and what was dropped with it has more than 64 MB; nothing was read.');
    const content = new Uint8Array(await file.arrayBuffer());
    if (!module) return;
    const place = '/dropped/' + path.replace(/\.\./g, '_');
    write(module.FS, place, content);
    first = first || (path.includes('/') ? '/dropped/' + path.split('/')[0] : place);
  }
  take(first);
  canvas.focus();
}

document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
  const plain = [...event.dataTransfer.files].map((file) => [file.name, file]);
  const text = event.dataTransfer.getData('text');
  if (entries.length === 0 && plain.length === 0) return text && take(text);
  (async () => {
    const files = [];
    for (const entry of entries) await read_entry(entry, entry.name, files);
    const folders = entries.some((entry) => entry.isDirectory);
    if (folders && files.length === 0) return say('In that folder is no file of a kernel tree that may have the lock in it.');
    await take_files(entries.length > 0 ? files : plain);
  })().catch((error) => say('What was dropped cannot be read: ' + error.message));
});

$('open').onclick = () => $('file').click();
$('file').onchange = () => {
  take_files([...$('file').files].map((file) => [file.name, file])).catch((error) => say('The file cannot be read: ' + error.message));
  $('file').value = '';
};
$('link').onclick = () => guarded(() => {
  const made = JSON.parse(call('link', 'string'));
  if (made.link) copy(made.link);
  else say('This run does not fit into an address: ' + made.no_link + '. Save it as a file.');
});
$('picture').onclick = () => guarded(() => {
  // What is drawn is gone after the frame, so it is drawn now.
  call('resize', null, ['number', 'number', 'number'], [canvas.width, canvas.height, scale()]);
  call('frame', 'number', ['number'], [performance.now()]);
  canvas.toBlob((blob) => blob && give('vmalab-step-' + told.depth + '.png', blob));
  wake();
});
$('full').onclick = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen().catch((error) => say('This browser gives no full screen: ' + error.message));
};

// ---- C that is edited here

const kOwn = '/home/own/edited.c';
let code = [];

$('edit').onclick = () => guarded(() => {
  code = JSON.parse(call('code', 'string'));
  $('editor-file').replaceChildren(new Option('what is here', ''), ...code.map((file, i) => new Option(file.path, i)));
  $('editor-error').textContent = '';
  const FS = module.FS;
  const mine = FS.analyzePath(kOwn).exists ? FS.readFile(kOwn, { encoding: 'utf8' }) : null;
  const start = code.find((file) => file.variant) || code.find((file) => file.shown) || code[0];
  $('editor-text').value = mine !== null ? mine : start.text;
  $('editor').showModal();
  $('editor-text').focus();
});
$('editor-file').onchange = () => {
  const file = code[Number($('editor-file').value)];
  if ($('editor-file').value !== '' && file) $('editor-text').value = file.text;
  $('editor-text').focus();
};
$('editor-text').onkeydown = (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $('editor-run').click();
};
$('editor-run').onclick = () => guarded(() => {
  write(module.FS, kOwn, $('editor-text').value);
  const wrong = call('run_code', 'string', ['string'], [kOwn]);
  keep_files();
  $('editor-error').textContent = wrong;
  if (!wrong) {
    $('editor').close();
    canvas.focus();
    return wake();
  }
  const place = wrong.match(/edited\.c:(\d+):(\d+)/);
  if (!place) return;
  const lines = $('editor-text').value.split('\n');
  const start = lines.slice(0, Number(place[1]) - 1).reduce((sum, line) => sum + line.length + 1, 0) + Number(place[2]) - 1;
  $('editor-text').focus();
  $('editor-text').setSelectionRange(start, start + 1);
});

// ---- what scripts read of the program, as `--json` prints it

window.vmalab = {
  state: () => JSON.parse(call('state', 'string')),
  code: () => JSON.parse(call('code', 'string')),
  report: () => JSON.parse(call('report', 'string') || 'null'),
  /// `rests`: the picture holds, and what was done is in it.
  told: () => ({ ...told, rests: Boolean(told.rests) && !frame_asked }),
  times: () => ({ frame: middle(times.frame), usual_piece: middle(times.piece), piece: Math.max(0, ...times.piece) }),
  /// In the coordinates of the page.
  widget: (mark) => {
    const found = JSON.parse(call('widget', 'string', ['string'], [mark]) || 'null');
    const box = canvas.getBoundingClientRect();
    return found && { x: box.left + (found.x + found.width / 2) / scale(), y: box.top + (found.y + found.height / 2) / scale(), visible: found.visible };
  },
};

(async () => {
  if (typeof WebAssembly !== 'object') return stop('This browser has no WebAssembly, which the program is made of.');
  const loaded = await load();
  module = loaded;
  if (!has_webgl2()) return play_instead();
  const trouble = guarded(() => call('open', 'string', ['string', 'string'], ['#canvas', fragment()]));
  if (trouble === undefined) return undefined;
  if (trouble) return stop(trouble);
  $('loading').remove();
  watch_size();
  canvas.focus();
  update_address();
  return undefined;
})().catch((error) => stop('The program cannot be loaded: ' + error.message +
  (location.protocol === 'file:' ? '\nA page that is opened as a file may load nothing. Serve its folder: python3 -m http.server' : '')));
})();
