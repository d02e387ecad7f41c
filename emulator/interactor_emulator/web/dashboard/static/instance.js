// The page of an instance: drag along its time, and two people who answer each for themselves.
'use strict';

(() => {
  document.documentElement.classList.add('scripted');
  const parse = (text) => new DOMParser().parseFromString(text, 'text/html');
  const put = (fresh, id) => {
    const now = fresh.getElementById(id), was = document.getElementById(id);
    if (now && was) putInPlace(was, now);
    return now;
  };

  // ---- a moment: the server renders it, the page takes the regions that are about it.
  let wanted = null, busy = false;
  async function go(url) {
    wanted = url;
    if (busy) return;
    busy = true;
    while (wanted) {
      const next = wanted;
      wanted = null;
      const answer = await fetch(next);
      if (!answer.ok) continue;
      const fresh = parse(await answer.text());
      history.replaceState(null, '', next);
      const moment = put(fresh, 'moment');
      put(fresh, 'story');
      const line = document.getElementById('at-line');
      for (const end of ['x1', 'x2']) line.setAttribute(end, moment.dataset.atX);
      const step = document.getElementById('step');
      if (document.activeElement !== step) step.value = fresh.getElementById('step').getAttribute('value');
    }
    busy = false;
  }
  document.addEventListener('input', (event) => {
    if (event.target.id !== 'step') return;
    const url = new URL(location.href);
    url.searchParams.delete('at');
    if (event.target.value === event.target.max) url.searchParams.delete('step');
    else url.searchParams.set('step', event.target.value);
    go(url.href);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-moment], svg.lanes a, .story .head a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(new URL(link.getAttribute('href'), location.href).href).then(() => {
      const again = document.querySelector(`a[data-moment]`);
      if (link.hasAttribute('data-moment') && again) ([...document.querySelectorAll('a[data-moment]')].find((each) => each.textContent === link.textContent) || again).focus();
    });
  });

  // ---- two people: a form answers for itself, and what comes of it stands in its own place.
  async function send(form, submitter) {
    const column = form.closest('.person');
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form, submitter || undefined) });
    const fresh = parse(await answer.text());
    if (put(fresh, column.id)) return;
    // It takes long, and goes on beside: what comes of it is seen later.
    setTimeout(async () => put(parse(await (await fetch(location.href)).text()), column.id), 2000);
  }
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-alone]')) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener('click', (event) => {
    if (!event.target.matches('[data-both]')) return;
    const forms = [...document.querySelectorAll('.person')].map((each) => each.querySelector('form[data-alone]')).filter(Boolean);
    Promise.all(forms.map((form) => send(form, form.querySelector('.choices button, button.main'))));
  });
})();
