// Builds the page of the daemon and the page of one recorded profile.
//
//   node build.mjs OUT [--if-missing]
//
// OUT/index.html, app.js, app.css, icon.svg   served by the daemon
// OUT/record.html                             one file; a profile's JSON and its title go where the placeholders are
//
// Does nothing when OUT is newer than every source; installs packages only when the lock changed.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const onlyIfMissing = process.argv.includes('--if-missing');
const outputs = ['index.html', 'app.js', 'app.css', 'icon.svg', 'record.html'].map((f) => join(out, f));
const sources = [
  ...['build.mjs', 'package.json', 'package-lock.json'].map((f) => join(here, f)),
  ...readdirSync(join(here, 'src')).map((f) => join(here, 'src', f)),
];
const PLACEHOLDER = '/*NODEFLAME_PROFILE_JSON*/';

function isCurrent() {
  if (!outputs.every(existsSync)) return false;
  if (onlyIfMissing) return true;
  const oldestOutput = Math.min(...outputs.map((f) => statSync(f).mtimeMs));
  return sources.every((f) => statSync(f).mtimeMs <= oldestOutput);
}

/** Installs exactly what the lock names, unless that is already there. */
function installPackages() {
  const lock = readFileSync(join(here, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(process.platform + process.arch).digest('hex');
  const stamp = join(here, 'node_modules', '.nodeflame-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // No install scripts: esbuild's binary comes as an optional package, and scripts of packages are not ours to run.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here,
    stdio: 'inherit',
  });
  writeFileSync(stamp, wanted);
}

const cspHash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function recordPage(template, script, style) {
  // Ends of tags inside the code would end the element early.
  const js = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const policy = `default-src 'none'; img-src data:; script-src ${cspHash(js)}; style-src ${cspHash(style)}`;
  return template
    .replace('{{policy}}', () => policy)
    .replace('{{style}}', () => style)
    .replace('{{script}}', () => js)
    .replace('{{profile}}', () => PLACEHOLDER);
}

async function build() {
  installPackages();
  const { build: bundle } = await import('esbuild');
  const options = {
    bundle: true,
    write: false,
    minify: true,
    legalComments: 'none',
    format: 'iife',
    target: ['es2020'],
    absWorkingDir: here,
    outdir: 'unused',
    logLevel: 'warning',
    charset: 'utf8',
  };
  const files = {};
  for (const entry of ['app', 'record']) {
    const result = await bundle({ ...options, entryPoints: [`src/${entry}.js`] });
    for (const file of result.outputFiles) files[file.path.replace(/.*[\\/]/, '')] = file.text;
  }
  const source = (name) => readFileSync(join(here, 'src', name), 'utf8');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'index.html'), source('index.html'));
  writeFileSync(join(out, 'icon.svg'), source('icon.svg'));
  writeFileSync(join(out, 'app.js'), files['app.js']);
  writeFileSync(join(out, 'app.css'), files['app.css']);
  const page = recordPage(source('record.html'), files['record.js'], files['record.css']);
  if (page.split(PLACEHOLDER).length !== 2) throw new Error('record.html must hold the placeholder once');
  writeFileSync(join(out, 'record.html'), page);
}

if (!isCurrent()) await build();
