// Colour of a frame: the hue says what kind of code it is, the shade tells neighbours apart.

const KINDS = {
  kernel: { hue: 8, title: 'kernel' },
  native: { hue: 38, title: 'native' },
  go: { hue: 188, title: 'Go' },
  jit: { hue: 128, title: 'JIT' },
  java: { hue: 104, title: 'Java' },
  'java-stub': { hue: 92, title: 'Java machine' },
  interpreted: { hue: 80, title: 'interpreted' },
  python: { hue: 214, title: 'Python' },
  javascript: { hue: 268, title: 'JavaScript' },
  v8: { hue: 268, title: 'V8' },
  php: { hue: 240, title: 'PHP' },
  ruby: { hue: 342, title: 'Ruby' },
  target: { hue: 60, title: 'service' },
  marker: { hue: 0, title: 'incomplete stack' },
};

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h >>> 0) / 4294967296;
}

// Nothing is known of them, or they are no functions.
const isGrey = (kind) => kind === '' || kind === 'other' || kind === 'marker';

const hueOf = (kind) => KINDS[kind]?.hue ?? Math.floor(hash(kind) * 360);

export const kindTitle = (kind) => (kind === '' ? 'other' : (KINDS[kind]?.title ?? kind));

export function frameColour(name, kind, dark) {
  const shade = hash(name);
  if (isGrey(kind)) return dark ? `hsl(220 8% ${52 + shade * 8}%)` : `hsl(220 10% ${76 + shade * 8}%)`;
  const hue = hueOf(kind) + (shade - 0.5) * 16;
  return dark ? `hsl(${hue} ${46 + shade * 12}% ${54 + shade * 10}%)` : `hsl(${hue} ${68 + shade * 16}% ${66 + shade * 12}%)`;
}

export function kindColour(kind, dark) {
  return isGrey(kind) ? (dark ? 'hsl(220 8% 56%)' : 'hsl(220 10% 80%)') : `hsl(${hueOf(kind)} ${dark ? 52 : 76}% ${dark ? 59 : 71}%)`;
}

/** Red: a larger share than before. Green: a smaller one. Grey: the same. */
export function changeColour(change, dark) {
  const strength = Math.min(1, Math.abs(change));
  if (strength < 0.02) return dark ? 'hsl(220 6% 58%)' : 'hsl(220 8% 84%)';
  const hue = change > 0 ? 4 : 140;
  const light = dark ? 66 - strength * 6 : 86 - strength * 22;
  return `hsl(${hue} ${30 + strength * 50}% ${light}%)`;
}

export const isDark = () => document.documentElement.dataset.theme === 'dark';

/** Follows the system until the viewer chooses. */
export function themeButton(button, onChange) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try {
    chosen = localStorage.getItem('nodeflame-theme');
  } catch {
    // Storage may be closed to pages opened from a file.
  }
  const apply = () => {
    document.documentElement.dataset.theme = chosen ?? (system.matches ? 'dark' : 'light');
    onChange();
  };
  system.addEventListener('change', apply);
  button.addEventListener('click', () => {
    chosen = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('nodeflame-theme', chosen);
    } catch {
      // Then the choice lasts as long as the page.
    }
    apply();
  });
  apply();
}
