// Sets the colour scheme before the first paint. A file, since the policy allows no inline script.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('observatory.scheme');
  } catch {
    chosen = null;
  }
  var prefersDark = matchMedia('(prefers-color-scheme: dark)').matches;
  var dark = chosen === 'dark' || (chosen !== 'light' && prefersDark);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
