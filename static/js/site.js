// Every page: the theme switch, the "/" shortcut and the button that copies an id. All of it is extra.

const root = document.documentElement;

function stored(key, fallback) {
  try {
    return localStorage.getItem(key) ?? fallback;
  } catch {
    return fallback;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice holds for this page.
  }
}

const themes = { auto: "system", light: "light", dark: "dark" };

function setUpTheme(button) {
  const name = button.querySelector("[data-theme-name]");
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    name.textContent = themes[theme];
  };
  const read = () => (stored("theme", "auto") in themes ? stored("theme", "auto") : "auto");
  button.addEventListener("click", () => {
    const order = Object.keys(themes);
    const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
    store("theme", next);
    show(next);
  });
  window.addEventListener("storage", (event) => event.key === "theme" && show(read()));
  show(read());
  button.hidden = false;
}

// WCAG 2.1.4: a shortcut of one character must be possible to switch off.
const shortcutIsOn = () => stored("shortcut", "on") === "on";

function setUpShortcut(input) {
  const hint = document.querySelector("[data-shortcut-hint]");
  const show = () => {
    if (hint) hint.hidden = !shortcutIsOn();
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey || !shortcutIsOn()) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  const setting = document.querySelector("[data-shortcut-setting]");
  const box = setting?.querySelector("[data-shortcut-switch]");
  if (box) {
    setting.hidden = false;
    box.checked = shortcutIsOn();
    box.addEventListener("change", () => {
      store("shortcut", box.checked ? "on" : "off");
      show();
    });
  }
  show();
}

function setUpCopyText(element) {
  const button = document.createElement("button");
  const text = element.dataset.copyText;
  button.type = "button";
  button.className = "copy-id";
  button.textContent = "copy";
  button.setAttribute("aria-label", `Copy ${text}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
    setTimeout(() => (button.textContent = "copy"), 2000);
  });
  element.after(button);
}

// A pasted trace is no search for words: the page that reads it gets it, inside this browser; nothing is sent yet.
function setUpPastes(input, address) {
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!text.trim().includes("\n")) return;
    try {
      sessionStorage.setItem("pasted", text);
    } catch {
      return;
    }
    event.preventDefault();
    location.assign(address);
  });
}

const themeSwitch = document.querySelector("[data-theme-switch]");
if (themeSwitch) setUpTheme(themeSwitch);
const searchInput = document.querySelector("[data-shortcut]");
if (searchInput) setUpShortcut(searchInput);
if (searchInput?.form.dataset.pasted) setUpPastes(searchInput, searchInput.form.dataset.pasted);
if (navigator.clipboard) document.querySelectorAll(".entry-head [data-copy-text]").forEach(setUpCopyText);
