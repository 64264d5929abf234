// The page of one recorded profile: no server, everything is in the file.
import './style.css';
import { themeButton } from './colours.js';
import { cpuTime } from './format.js';
import { profileView } from './view.js';

const byId = (id) => document.getElementById(id);

function start() {
  let profile;
  try {
    profile = JSON.parse(byId('profile').textContent);
  } catch {
    byId('banner').textContent = 'This file holds no profile: it is a template that a recording fills in.';
    byId('banner').hidden = false;
    return;
  }
  const settings = { show: 'both', direction: 'icicle', search: '' };
  const view = profileView(byId('view'), settings, { onSettings() {}, onZoom() {} });
  byId('whole').textContent = `· ${cpuTime(profile.value)} of CPU`;
  if (profile.value > 0) view.show(profile);
  else view.empty('No samples', 'Nothing ran on a CPU while this profile was recorded.');
  themeButton(byId('theme'), () => view.recolour());
}

start();
