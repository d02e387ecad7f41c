// What a page does beside showing: it stays as things are, copies texts, and says times in the reader's own zone.
// Without this script every page can be read, and every form works.
'use strict';

(() => {
  // A page that takes the server long is asked for less often: many open pages must not slow down who is tested.
  const LEAST_MS = 1000, TIMES_ITS_COST = 40;
  let every = LEAST_MS;
  const said = document.getElementById('live');
  let dirty = false, last = 0, timer = 0;

  // ---- live: what has `data-live` and an id is fetched again when something happened, at most once a second.
  // What somebody is at, or has begun to fill in, stays as it is.
  const begun = (field) => field.type === 'hidden' ? false
    : field.matches('select') ? [...field.options].some((each) => each.selected !== each.defaultSelected) && field.selectedIndex > 0
    : field.type === 'checkbox' || field.type === 'radio' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  const busy = (region) =>
    (region.contains(document.activeElement) && document.activeElement.matches('input, select, textarea, button'))
    || [...region.querySelectorAll('input, select, textarea')].some(begun);

  // A region in the place of what it was before: what was unfolded stays so, and who was at a link is there again.
  const named = (each) => `${each.closest('[id]')?.id} ${each.querySelector('summary')?.textContent}`;
  function put(region, now) {
    const at = region.contains(document.activeElement) ? document.activeElement : null;
    const open = new Map([...region.querySelectorAll('details')].map((each) => [named(each), each.open]));
    region.replaceWith(now);
    for (const each of now.querySelectorAll('details')) each.open = open.get(named(each)) ?? each.open;
    const same = (each) => at.matches('summary') ? named(each.parentElement) === named(at.parentElement) : each.href === at.href;
    if (at && at.matches('summary, a')) [...now.querySelectorAll(at.localName)].find(same)?.focus({ preventScroll: true });
    htmx.process(now);
    prepare(now);
  }
  window.putInPlace = put;

  // How many pages of this browser are seen: each of them listens, or waits for its turn to.
  async function seen() {
    const { held = [], pending = [] } = await navigator.locks?.query() ?? {};
    return Math.max(1, [...held, ...pending].filter((each) => each.name === document.body.dataset.events).length);
  }

  async function refresh() {
    timer = 0;
    if (document.hidden || !dirty) return;
    dirty = false;
    last = Date.now();
    const began = performance.now();
    const answer = await fetch(location.href);
    every = Math.max(LEAST_MS, TIMES_ITS_COST * (performance.now() - began) * await seen());
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const region of document.querySelectorAll('[data-live][id]')) {
      const now = fresh.getElementById(region.id);
      if (!now || now.outerHTML === region.dataset.was || busy(region)) continue;
      const was = now.outerHTML;
      put(region, now);
      now.dataset.was = was;
    }
    poll();
  }
  const soon = () => {
    dirty = true;
    if (!timer) timer = setTimeout(refresh, Math.max(50, every - (Date.now() - last)));
  };
  // What goes on outside the account, a search say, tells nobody: it is looked at again until it is through.
  const poll = () => { if (document.querySelector('[data-poll]')) setTimeout(soon, LEAST_MS); };

  // One page of a browser listens for all of them: it has six connections to a server, and ten pages would need more.
  // That is always one that is seen, since a page that nobody sees may be put to sleep.
  function follow(url) {
    const others = new BroadcastChannel(url);
    let state = '', leave = null, waiting = false;
    const say = (text) => { state = said.textContent = text; others.postMessage(text); };
    const happened = () => { soon(); others.postMessage('happened'); };
    others.onmessage = ({ data }) => {
      if (data === 'happened') soon();
      else if (data !== 'how is it?') said.textContent = data;
      else if (leave) others.postMessage(state);
    };
    const listen = () => new Promise((done) => {
      if (document.hidden) return done();
      const source = new EventSource(url);
      source.onopen = () => { say('live'); happened(); };
      source.onerror = () => say('not connected; trying again');
      source.addEventListener('happened', happened);
      leave = () => { source.close(); leave = null; done(); };
    });
    const join = () => {
      if (document.hidden || waiting) return;
      waiting = true;
      const turn = navigator.locks ? navigator.locks.request(url, listen) : listen();
      turn.finally(() => { waiting = false; join(); });
    };
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) leave?.();
      else { join(); soon(); }
    });
    others.postMessage('how is it?');
    join();
  }

  // ---- small things
  function prepare(root) {
    for (const at of root.querySelectorAll('time[datetime]')) {
      const own = new Date(at.dateTime);
      at.title = `${own.toLocaleString()} where you are`;
    }
    for (const select of root.querySelectorAll('select[data-submit]')) select.onchange = () => select.form.requestSubmit();
    for (const button of root.querySelectorAll('button[data-copy]')) {
      button.onclick = async () => {
        await navigator.clipboard.writeText(button.parentElement.querySelector('pre').textContent);
        const was = button.textContent;
        button.textContent = 'Copied';
        setTimeout(() => { button.textContent = was; }, 1500);
      };
    }
  }

  for (const region of document.querySelectorAll('[data-live][id]')) region.dataset.was = region.outerHTML;
  prepare(document);
  poll();
  if (window.EventSource && !document.body.hasAttribute('data-still')) follow(document.body.dataset.events);
})();
