// Pages that go on by themselves, keys for what is decided often, and boxes that are ticked together.
const main = () => document.getElementById('main');

async function refresh() {
  const seconds = Number(main().dataset.refresh);
  if (!seconds) return;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const isUsed =
    main().contains(document.activeElement) && document.activeElement.matches('input, select, textarea');
  if (document.visibilityState === 'visible' && !isUsed) {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.getElementById('main');
      if (next) main().replaceWith(next);
    } catch {
      // The console has ended, or its machine sleeps: the page stays as it is, and is tried again.
    }
  }
  refresh();
}

document.addEventListener('keydown', (event) => {
  // A key that is held down decides once, and not for the pages that come after.
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches('input:not([type=checkbox]), select, textarea')) return;
  if (event.key === 'Enter' && event.target.matches('a, button, summary')) return;
  const wanted = [...document.querySelectorAll('[data-key]')].find(
    ({ dataset }) => dataset.key === event.key,
  );
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

document.addEventListener('change', ({ target }) => {
  if (!target.matches('[data-ticks]')) return;
  for (const box of document.querySelectorAll(`input[name="${target.dataset.ticks}"]`))
    box.checked = target.checked;
});

refresh();
