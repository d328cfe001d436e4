// Runs before the first paint: a theme chosen by the reader wins over the one of the system.
try {
  const chosen = localStorage.getItem('roomcast.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off: the system decides.
}
