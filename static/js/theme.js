// Runs before the first paint so that a chosen theme never flashes.
// Shares the key "theme" (auto, light, dark) with Django's admin; without JavaScript the system decides.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme is then the right answer.
  }
})();
